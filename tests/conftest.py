"""Fixtures that every test may ask for."""

from __future__ import annotations

import asyncio

from hypothesis import HealthCheck, settings

from tests import shelf
from tests.databases import database, databases, nats_url, postgres_databases, sqlite_databases

__all__ = ["database", "databases", "nats_url", "postgres_databases", "sqlite_databases"]

pytest_plugins = ["tests.traceability"]

# Tests tell what is right, benchmarks how fast it is: a busy machine must not fail what is only slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_sessionfinish() -> None:
    """Leave nothing on the shelf for the next run to find."""
    asyncio.run(shelf.clear())
