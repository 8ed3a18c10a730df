"""Rows of revisions and their mapping to model objects; texts are sealed before they get here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import msgspec

from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
# For each order: all revisions, those of one kind, those of one object.
ORDERS = {
    "timestamp": (SQL.search, SQL.of_kind, SQL.of_one),
    "-timestamp": (SQL.search_newest, SQL.of_kind_newest, SQL.of_one_newest),
    "object": (SQL.search_by_object, SQL.of_kind_by_object, SQL.of_one_by_object),
    "-object": (SQL.search_by_object_backwards, SQL.of_kind_by_object_backwards, SQL.of_one_by_object_backwards),
}
COLUMNS = tuple(field.name for field in fields(Revision) if field.name != "damaged")
Stored = tuple[Revision, bytes | None]


async def add(tx: Transaction, revision: Revision, sealed: bytes) -> None:
    """Add a revision with its sealed text."""
    row = {name: getattr(revision, name) for name in COLUMNS}
    await SQL.add(tx, **{**row, "snapshot": sealed})


async def succeed(tx: Transaction, revision_id: str, successor_id: str) -> bool:
    """Enter the successor of a revision; false when it has one already."""
    return bool(await SQL.succeed(tx, id=revision_id, successor_id=successor_id))


async def by_ids(tx: Transaction, ids: Sequence[str]) -> list[Stored]:
    """Return revisions in no particular order."""
    return [_stored(row) for row in await SQL.by_ids(tx, ids=list(ids))]


async def of_object(tx: Transaction, schema_name: str, object_id: str) -> list[Stored]:
    """Return the chain of an object, the first revision first."""
    return [_stored(row) for row in await SQL.of_object(tx, schema_name=schema_name, object_id=object_id)]


async def search(tx: Transaction, order: str, *, schema_name: str, object_id: str, **part: object) -> list[Stored]:
    """Return a page of revisions of all objects, or narrowed to a kind, an object or both."""
    everything, of_kind, of_one = ORDERS[order]
    if object_id:
        kinds = [schema_name] if schema_name else list(SchemaName)
        rows = await of_one(tx, schema_names=kinds, object_id=object_id, **part)
    elif schema_name:
        rows = await of_kind(tx, schema_name=schema_name, **part)
    else:
        rows = await everything(tx, **part)
    return [_stored(row) for row in rows]


async def forget(tx: Transaction, schema_name: str, object_id: str) -> None:
    """Take the texts of an object's revisions away."""
    await SQL.forget(tx, schema_name=schema_name, object_id=object_id)


def _stored(row: Row) -> Stored:
    sealed = row["snapshot"]
    values: Mapping[str, Any] = {**row, "snapshot": None, "damaged": False}
    return msgspec.convert(values, Revision, strict=False), None if sealed is None else bytes(sealed)
