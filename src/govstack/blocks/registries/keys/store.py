"""Rows of sealed keys."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def sealed(tx: Transaction, registry_id: int) -> list[bytes]:
    """Return the sealed keys of a registry, newest first."""
    return [bytes(row["sealed"]) for row in await SQL.keys(tx, registry_id=registry_id)]


async def add(tx: Transaction, registry_id: int, generation: int, key: bytes, *, at: str, by: str) -> None:
    """Add a sealed key after those there are."""
    await SQL.add_key(tx, registry_id=registry_id, generation=generation, sealed=key, set_at=at, set_by=by)
