"""Rows of vocabularies."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.vocabularies.model import Term

SQL = queries(__file__)


async def put(tx: Transaction, term: Term) -> None:
    """Add or change a word."""
    await SQL.put(tx, **_row(term), retired=term.retired)


async def terms(tx: Transaction, vocabularies: Iterable[str]) -> list[Term]:
    """Return the words of vocabularies in their order, retired ones too."""
    rows = await SQL.terms(tx, vocabularies=sorted(set(vocabularies)))
    return [msgspec.convert(_told(row), Term, strict=False) for row in rows]


async def vocabularies(tx: Transaction) -> list[tuple[str, int]]:
    """Return every vocabulary and how many words it has."""
    return [(row["vocabulary"], int(row["terms"])) for row in await SQL.vocabularies(tx)]


async def count(tx: Transaction, vocabulary: str) -> int:
    """Return how many words a vocabulary has."""
    return int(await SQL.count(tx, vocabulary=vocabulary))


def _told(row: Row) -> dict[str, object]:
    return {**row, "labels": msgspec.json.decode(row["labels"]), "notes": msgspec.json.decode(row["notes"])}


def _row(term: Term) -> dict[str, object]:
    labels, notes = msgspec.json.encode(term.labels).decode(), msgspec.json.encode(term.notes).decode()
    return {
        "vocabulary": term.vocabulary, "code": term.code, "labels": labels, "position": term.position,
        "ours": term.ours, "notes": notes, "role": str(term.role),
    }  # fmt: skip
