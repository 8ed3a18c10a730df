"""Vocabularies: the words that a country chooses from, in its languages."""
