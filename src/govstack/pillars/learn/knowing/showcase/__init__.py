"""Practices of countries, side by side, to adopt."""
