"""Fixtures that every test may ask for."""

from __future__ import annotations

import asyncio

from tests import shelf
from tests.databases import database, databases, nats_url, postgres_databases, sqlite_databases

__all__ = ["database", "databases", "nats_url", "postgres_databases", "sqlite_databases"]

pytest_plugins = ["tests.traceability"]


def pytest_sessionfinish() -> None:
    """Leave nothing on the shelf for the next run to find."""
    asyncio.run(shelf.clear())
