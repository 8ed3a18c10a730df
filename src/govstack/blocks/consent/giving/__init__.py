"""Giving consent: agree, sign, change, withdraw, and be forgotten."""
