"""Rows of how people's names sound: keyed hashes alone."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def replace(tx: Transaction, *, person_id: str, tokens: Iterable[str]) -> None:
    """Put these tokens in the place of those that a person had."""
    await SQL.forget(tx, person_id=person_id)
    rows = [{"token": token, "person_id": person_id} for token in sorted(tokens)]
    if rows:
        await SQL.keep(tx, rows)


async def candidates(tx: Transaction, *, tokens: Iterable[str], limit: int) -> list[str]:
    """Return who shares most tokens."""
    rows = await SQL.candidates(tx, tokens=sorted(tokens), limit=limit)
    return [str(row["person_id"]) for row in rows]
