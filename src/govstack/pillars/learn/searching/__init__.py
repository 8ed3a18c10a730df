"""Search by words and by meaning, across languages, without any other machine."""
