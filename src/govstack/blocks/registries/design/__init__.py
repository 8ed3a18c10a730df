"""Definitions of registries: drafts, numbered versions, their services and tables."""
