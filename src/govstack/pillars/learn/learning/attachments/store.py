"""Rows of files that belong to statements; their bytes are sealed before they get here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.attachments.model import Held

SQL = queries(__file__)


async def add_content(tx: Transaction, *, id: str, content: bytes) -> None:  # noqa: A002 - the column's name
    """Keep a file."""
    await SQL.add_content(tx, id=id, content=content)


async def add(tx: Transaction, rows: Sequence[Held]) -> None:
    """Note which statements have which files."""
    await SQL.add(tx, [asdict(one) for one in rows])


async def held(tx: Transaction, positions: Sequence[int]) -> list[Held]:
    """Return which files some statements have."""
    return msgspec.convert(await SQL.held(tx, positions=list(positions)), list[Held], strict=False)


async def content(tx: Transaction, content_id: str) -> bytes | None:
    """Return a file."""
    rows = await SQL.contents(tx, ids=[content_id])
    return bytes(rows[0]["content"]) if rows else None


async def remove_unheld(tx: Transaction, ids: Iterable[str]) -> None:
    """Remove those of some files that no statement has any more."""
    await SQL.remove_unheld(tx, ids=sorted(set(ids)))
