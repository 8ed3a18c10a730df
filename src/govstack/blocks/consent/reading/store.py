"""Rows of the log of reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import msgspec

from govstack.blocks.consent.reading.model import Read
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
COLUMNS = tuple(column.name for column in fields(Read))


async def add(tx: Transaction, reads: Sequence[Read]) -> None:
    """Add reads to the log."""
    await SQL.add(tx, [{name: getattr(read, name) for name in COLUMNS} for read in reads])


async def of_individuals(tx: Transaction, ids: Sequence[str], *, limit: int, offset: int) -> list[Read]:
    """Return reads about people, newest first."""
    rows = await SQL.of_individuals(tx, ids=list(ids), limit=limit, offset=offset)
    return msgspec.convert(rows, list[Read], strict=False)
