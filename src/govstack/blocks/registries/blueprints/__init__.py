"""Definitions that travel: schemas out and in as JSON or YAML, and templates for new registries."""
