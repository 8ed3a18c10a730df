"""Consent records: who agreed to which version of which agreement."""
