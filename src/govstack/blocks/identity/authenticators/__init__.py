"""Authenticator apps: codes by time (RFC 6238)."""
