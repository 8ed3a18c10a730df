"""Requests that have come to their end, moved from the tables into signed files."""
