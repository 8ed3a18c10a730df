"""Data agreements: for which purpose, on which basis, which data."""
