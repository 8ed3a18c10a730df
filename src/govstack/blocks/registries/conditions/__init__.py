"""Conditions on records: trees of comparisons that mean the same in SQL and in Python."""
