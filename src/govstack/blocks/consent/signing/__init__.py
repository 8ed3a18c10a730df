"""Signatures of people over what they agreed to."""
