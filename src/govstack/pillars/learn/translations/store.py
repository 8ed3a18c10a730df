"""Rows of what records say in further languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.translations.model import LANGUAGES_MAX, Translation

SQL = queries(__file__)


async def put(tx: Transaction, translation: Translation, *, by: str) -> None:
    """Write what a record says in a language."""
    await SQL.put(
        tx, record_id=translation.record_id, language=translation.language, of_number=translation.of_number,
        texts=msgspec.json.encode(translation.texts).decode(), at=translation.changed_at, changed_by=by,
    )  # fmt: skip


async def of_record(tx: Transaction, record_id: str) -> list[Translation]:
    """Return every translation of a record, by language."""
    return _translations(await SQL.of_record(tx, record_id=record_id, limit=LANGUAGES_MAX))


async def in_language(tx: Transaction, record_ids: Iterable[str], language: str) -> dict[str, Translation]:
    """Return what records say in a language, by record; those that are not there in it are left out."""
    rows = await SQL.in_language(tx, record_ids=sorted(set(record_ids)), language=language)
    return {one.record_id: one for one in _translations(rows)}


async def of_records(tx: Transaction, record_ids: Iterable[str]) -> list[Translation]:
    """Return every translation of some records; what was taken away says nothing."""
    return _translations(await SQL.of_records(tx, record_ids=sorted(set(record_ids))))


async def remove(tx: Transaction, *, record_id: str, language: str, by: str, at: str) -> bool:
    """Take a translation away; false where there was none."""
    return bool(await SQL.remove(tx, record_id=record_id, language=language, changed_by=by, at=at))


def _translations(rows: Sequence[Row]) -> list[Translation]:
    return [
        Translation(
            record_id=row["record_id"],
            language=row["language"],
            of_number=int(row["of_number"]),
            texts=msgspec.json.decode(row["texts"]),
            changed_at=row["changed_at"],
        )
        for row in rows
    ]
