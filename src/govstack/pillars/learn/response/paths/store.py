"""Rows of learning paths."""

from __future__ import annotations

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.response.paths.model import PATHS_MAX, Path

SQL = queries(__file__)


async def put(tx: Transaction, path: Path) -> None:
    """Add or change a path."""
    await SQL.put(tx, id=path.id, document=msgspec.json.encode(path).decode(), at=clock.timestamp())


async def add(tx: Transaction, path: Path) -> bool:
    """Add a path; false when it is there."""
    return bool(await SQL.add(tx, id=path.id, document=msgspec.json.encode(path).decode(), at=clock.timestamp()))


async def held(tx: Transaction, path_id: str) -> Path | None:
    """Return a path of a country, which nobody else changes until the transaction ends."""
    row = await SQL.held(tx, id=path_id)
    return msgspec.json.decode(row["document"], type=Path) if row else None


async def paths(tx: Transaction) -> list[Path]:
    """Return the paths of a country."""
    rows = await SQL.paths(tx, limit=PATHS_MAX)
    return [msgspec.json.decode(row["document"], type=Path) for row in rows]
