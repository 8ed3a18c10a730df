"""Consent: what people agree to, under which version of which agreement, and the proof of it."""
