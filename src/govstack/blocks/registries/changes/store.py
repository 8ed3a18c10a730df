"""SQL of the change log and its mapping to entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from govstack.blocks.registries.changes.model import Chain, Change
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
PAGE_ENTRIES = 1_000
ENTRIES_MAX = 10_000


async def locked(tx: Transaction, registry_id: int) -> Chain:
    """Return the end of a registry's chain and keep other writers out until the transaction ends."""
    row = await SQL.head(tx, registry_id=registry_id)
    if row is None:
        await SQL.create_head(tx, registry_id=registry_id)
        row = await SQL.head(tx, registry_id=registry_id)
    return msgspec.convert(row, Chain, strict=False)


async def seen(tx: Transaction, registry_id: int) -> Chain:
    """Return the end of a registry's chain as it is committed."""
    row = await SQL.seen_head(tx, registry_id=registry_id)
    return Chain(registry_id, 0, "", 0, 0) if row is None else msgspec.convert(row, Chain, strict=False)


async def write(tx: Transaction, chain: Chain) -> None:
    """Store what a transaction added to a chain."""
    await SQL.append(tx, [entry.row() for entry in chain.pending])
    chain.pending.clear()
    await SQL.set_head(
        tx,
        registry_id=chain.registry_id,
        position=chain.position,
        hash=chain.hash,
        numbered=chain.numbered,
        live=chain.live,
    )


async def entries(tx: Transaction, registry_id: int, *, after: int) -> list[Change]:
    """Return the next entries of a chain, in order."""
    return _changes(await SQL.entries(tx, registry_id=registry_id, after=after, limit=PAGE_ENTRIES))


async def changes_of(tx: Transaction, registry_id: int, records: Sequence[str]) -> list[Change]:
    """Return the changes of records, oldest first."""
    return _changes(
        await SQL.changes_of(tx, registry_id=registry_id, records=list(records), limit=ENTRIES_MAX * len(records))
    )


async def batch_of(tx: Transaction, registry_id: int, number: int) -> Change | None:
    """Return the batch that a record was loaded with, if it was loaded."""
    row = await SQL.batch_of(tx, registry_id=registry_id, number=number)
    return None if row is None or row["last_number"] < number else msgspec.convert(row, Change, strict=False)


async def batches(tx: Transaction, registry_id: int, first: int, last: int) -> list[Change]:
    """Return the batches that touch a range of record numbers."""
    return _changes(await SQL.batches(tx, registry_id=registry_id, first=first, last=last))


async def record_rows(tx: Transaction, table: str, *, after: int) -> list[dict[str, Any]]:
    """Return the next records of a registry's table in order of creation, deleted ones too."""
    return await tx.fetch(
        f"SELECT uuid, number, content, version, deleted_at, archived_at, change_hash FROM {table}"
        " WHERE number > :after ORDER BY number LIMIT :most",
        after=after,
        most=PAGE_ENTRIES,
    )


def _changes(rows: list[dict[str, Any]]) -> list[Change]:
    return msgspec.convert(rows, list[Change], strict=False)
