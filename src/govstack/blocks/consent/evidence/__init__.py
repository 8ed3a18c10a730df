"""Revisions: what everything was, chained, hashed and signed so that tampering shows."""
