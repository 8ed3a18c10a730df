"""Credentials of people: asked for, produced, delivered, active, suspended, revoked, expired, and had again."""
