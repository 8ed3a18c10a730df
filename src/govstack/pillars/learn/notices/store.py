"""Rows of who wants no messages."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def set_wanted(tx: Transaction, person_id: str, *, wanted: bool) -> None:
    """Keep whether somebody wants messages."""
    if wanted:
        await SQL.want(tx, person_id=person_id)
    else:
        await SQL.refuse(tx, person_id=person_id, at=clock.timestamp())


async def wanted(tx: Transaction, person_id: str) -> bool:
    """Tell whether somebody wants messages."""
    return not await SQL.refuses(tx, person_id=person_id)
