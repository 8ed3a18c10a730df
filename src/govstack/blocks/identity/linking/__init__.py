"""Linked authorisation: a phone signs its person in at the browser beside it, by a code that the browser shows."""
