"""Fixtures that every test may ask for."""

from __future__ import annotations

from tests.databases import database, databases, nats_url, postgres_databases, sqlite_databases

__all__ = ["database", "databases", "nats_url", "postgres_databases", "sqlite_databases"]

pytest_plugins = ["tests.traceability"]
