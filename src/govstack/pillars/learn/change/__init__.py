"""Change and its evaluation: models and tools of change, and four levels of results (F28, F29)."""
