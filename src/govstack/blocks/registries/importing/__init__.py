"""Importing files of records: staged, looked at first, then loaded by durable work that can be followed."""
