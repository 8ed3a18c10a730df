"""Fixtures of messaging."""

from __future__ import annotations

from tests.builders.messaging import conforming, on_sqlite, running

__all__ = ["conforming", "on_sqlite", "running"]
