"""Data policies: the rules under which an organisation handles data."""
