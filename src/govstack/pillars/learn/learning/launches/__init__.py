"""Launching courses by cmi5: sessions, credentials, and when a unit is satisfied."""
