"""Rows of words that a country added or changed."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.response.typologies.model import TERMS_MAX, Term

SQL = queries(__file__)


async def put(tx: Transaction, term: Term, *, created_at: str) -> None:
    """Add or change a word."""
    document = msgspec.json.encode(term).decode()
    await SQL.put(tx, kind=str(term.kind), id=term.id, document=document, created_at=created_at)


async def terms(tx: Transaction) -> list[Term]:
    """Return what a country added or changed."""
    rows = await SQL.terms(tx, limit=TERMS_MAX)
    return [msgspec.json.decode(row["document"], type=Term) for row in rows]
