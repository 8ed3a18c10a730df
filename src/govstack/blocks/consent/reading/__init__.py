"""The log of who was shown personal data."""
