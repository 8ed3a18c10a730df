"""Lists of words that a country chooses from, on pages of one shape: vocabularies, offerings, licences, quality."""
