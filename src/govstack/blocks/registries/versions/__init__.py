"""Versions of a schema side by side: what changed, and how a record is seen through another version."""
