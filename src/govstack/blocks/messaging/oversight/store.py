"""Rows that administrators look at."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.oversight.model import HourCount, Listed
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def requests(tx: Transaction, *, before: int, limit: int) -> list[Listed]:
    """Return requests, newest first."""
    return msgspec.convert(await SQL.requests(tx, before=before, limit=limit), list[Listed], strict=False)


async def request(tx: Transaction, uid: str) -> Listed | None:
    """Return one request."""
    row = await SQL.request(tx, id=uid)
    return None if row is None else msgspec.convert(row, Listed, strict=False)


async def hours(tx: Transaction, *, since: str) -> list[HourCount]:
    """Count what came into which state, by the hour."""
    return msgspec.convert(await SQL.hours(tx, since=since), list[HourCount], strict=False)


async def under_way(tx: Transaction) -> int:
    """Count the messages that have not come to their end: whoever they go to is still known, sealed."""
    return int(await SQL.under_way(tx))
