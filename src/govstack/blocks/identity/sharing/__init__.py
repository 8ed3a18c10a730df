"""Attributes that people share with partners: what, for what purpose, and what became of it."""
