"""The people who agree, found by keyed hashes of their identifiers."""
