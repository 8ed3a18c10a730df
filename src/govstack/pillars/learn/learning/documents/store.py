"""Rows of documents; contents are sealed before they get here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.documents.model import DOCUMENTS_LISTED_MAX, Document, Place

SQL = queries(__file__)


async def document(tx: Transaction, place: Place, name: str) -> Document | None:
    """Return a document."""
    row = await SQL.document(
        tx, kind=place.kind, activity=place.activity, agents=list(place.agents), registration=place.registration,
        name=name,
    )  # fmt: skip
    return None if row is None else msgspec.convert(row, Document, strict=False)


async def names(tx: Transaction, place: Place, *, since: str) -> list[str]:
    """Return the names of documents that changed after a moment."""
    rows = await SQL.names(
        tx, kind=place.kind, activity=place.activity, agents=list(place.agents), registration=place.registration,
        since=since, limit=DOCUMENTS_LISTED_MAX,
    )  # fmt: skip
    return [row["name"] for row in rows]


async def put(tx: Transaction, place: Place, name: str, document: Document) -> None:
    """Keep a document in place of the one that is there."""
    await remove(tx, place, name)
    await SQL.put(
        tx, id=document.id, kind=place.kind, activity=place.activity, agent=place.agents[0],
        registration=place.registration, name=name, media_type=document.media_type, etag=document.etag,
        changed_at=document.changed_at, content=document.content,
    )  # fmt: skip


async def remove(tx: Transaction, place: Place, name: str) -> bool:
    """Remove a document; tell whether it was there."""
    return bool(
        await SQL.remove(
            tx, kind=place.kind, activity=place.activity, agents=list(place.agents), registration=place.registration,
            name=name,
        )
    )  # fmt: skip


async def remove_all(tx: Transaction, place: Place) -> int:
    """Remove every document of a place, of all registrations unless one is named; return how many."""
    return int(
        await SQL.remove_all(
            tx, kind=place.kind, activity=place.activity, agents=list(place.agents), registration=place.registration
        )
    )


async def forget(tx: Transaction, agents: Sequence[str]) -> int:
    """Remove every document of an agent; return how many."""
    return int(await SQL.forget(tx, agents=list(agents)))
