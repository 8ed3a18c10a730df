"""Rows of what networks brought, sealed until it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Held:
    """What a provider brought, as it is kept."""

    id: str
    provider: str
    sealed: bytes
    at: str


async def add(tx: Transaction, *, name: str, provider: str, sealed: bytes) -> None:
    """Keep what was brought."""
    await SQL.insert_brought(tx, id=name, provider=provider, sealed=sealed, at=clock.timestamp())


async def held(tx: Transaction, name: str) -> Held | None:
    """Return what was brought under a name."""
    row = await SQL.brought(tx, id=name)
    return None if row is None else msgspec.convert(row, Held, strict=False)


async def erase(tx: Transaction, name: str) -> None:
    """Take away what was looked at."""
    await SQL.erase(tx, id=name)
