"""What the centre counts of ratings."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def raised(tx: Transaction, *, since: str) -> int:
    """Return how many people were rated higher since a day than before."""
    return int(await SQL.raised(tx, since=since))
