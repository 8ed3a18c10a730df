"""Fixtures that every test of the mediator may ask for."""

from __future__ import annotations

from tests.builders.mediator import conforming, on_sqlite, running

__all__ = ["conforming", "on_sqlite", "running"]
