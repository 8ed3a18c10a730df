"""Telling subscribers that identities changed: a notice without personal data, and details for those who may."""
