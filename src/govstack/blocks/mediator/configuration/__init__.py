"""Configuration: the whole directory as one document, read, created, changed or replaced."""
