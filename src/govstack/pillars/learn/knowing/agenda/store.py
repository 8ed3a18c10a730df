"""Rows of what was told of events."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def hold(tx: Transaction, gathering_id: str) -> int:
    """Return the revision of an event that was told last, which nobody else tells of until the transaction ends.

    Whoever comes to an event knew it as it was first written.
    """
    await SQL.hold(tx, gathering_id=gathering_id)
    return int(await SQL.number(tx, gathering_id=gathering_id))


async def told(tx: Transaction, gathering_id: str, *, number: int) -> None:
    """Write down that a revision of an event was told."""
    await SQL.told(tx, gathering_id=gathering_id, number=number)
