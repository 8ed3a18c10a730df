"""Rows of signatures, sealed before they get here."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def add(tx: Transaction, *, signature_id: str, record_id: str, revision_id: str, sealed: bytes) -> None:
    """Add a signature of a revision of a record."""
    await SQL.add(tx, id=signature_id, record_id=record_id, revision_id=revision_id, content=sealed)


async def by_ids(tx: Transaction, ids: Sequence[str]) -> dict[str, bytes | None]:
    """Return sealed signatures; None for what was forgotten."""
    return {row["id"]: _bytes(row["content"]) for row in await SQL.by_ids(tx, ids=list(ids))}


async def of_record(tx: Transaction, record_id: str) -> dict[str, bytes | None]:
    """Return all sealed signatures of a record, also of earlier revisions."""
    return {row["id"]: _bytes(row["content"]) for row in await SQL.of_record(tx, record_id=record_id)}


async def forget(tx: Transaction, record_id: str) -> None:
    """Take away what the signatures of a record say."""
    await SQL.forget(tx, record_id=record_id)


def _bytes(content: object) -> bytes | None:
    return None if content is None else bytes(content)  # type: ignore[call-overload]
