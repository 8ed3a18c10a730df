"""Triggers: what fills and forms values by itself when a record is written."""
