"""Ratings from a file: what was gathered on paper or in another system, row by row."""
