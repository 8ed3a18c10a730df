"""Blocking of identities and of single identifiers by administrators, for good or until a moment."""
