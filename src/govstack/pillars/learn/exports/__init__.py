"""Whole lists as files, for whoever may read the list."""
