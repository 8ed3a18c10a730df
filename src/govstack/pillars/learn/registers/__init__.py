"""The pages on which records of every kind are kept."""
