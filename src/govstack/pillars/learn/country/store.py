"""Rows of seeding: which parts of the demo country are there."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def done(tx: Transaction, part: str) -> str:
    """Return when a part was finished, "" for never."""
    return str(await SQL.done(tx, part=part) or "")


async def finish(tx: Transaction, part: str) -> None:
    """Note that a part is there."""
    await SQL.finish(tx, part=part, finished_at=clock.timestamp())
