"""What a country has to build on, and where it stands: assets and SWOT."""
