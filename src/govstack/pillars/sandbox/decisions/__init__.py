"""Decisions by rule table: which packages somebody may have, and why."""
