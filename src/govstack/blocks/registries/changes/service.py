"""Use cases of the change log: append in the act's transaction, show a history, prove that nothing was altered."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from govstack.blocks.registries.changes import store
from govstack.blocks.registries.changes.model import (
    BATCH_ROWS_MAX,
    Chain,
    Change,
    ChangeKind,
    RowsDigest,
    Verification,
    applied,
    undone,
)
from govstack.kernel import crypto
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

__all__ = ["BATCH_ROWS_MAX", "close", "following", "history", "live_count", "locked", "position", "verify"]

FINDINGS_MAX = 100


async def locked(tx: Transaction, registry_id: int) -> Chain:
    """Return the end of a registry's chain; no other transaction writes to the registry until this one ends."""
    return await store.locked(tx, registry_id)


async def close(tx: Transaction, chain: Chain) -> None:
    """Store what was added to the chain; call it once, when all is done."""
    await store.write(tx, chain)


async def live_count(tx: Transaction, registry_id: int) -> int:
    """Return how many records of a registry are in use, exactly and at no cost."""
    return (await store.seen(tx, registry_id)).live


async def position(tx: Transaction, registry_id: int) -> int:
    """Return where the chain of a registry ends now, for whoever follows it from here on."""
    return (await store.seen(tx, registry_id)).position


async def following(tx: Transaction, registry_id: int, *, after: int) -> list[Change]:
    """Return the next entries of a chain in their order; none is ever entered before one that was seen."""
    return await store.entries(tx, registry_id, after=after)


async def history(
    tx: Transaction, registry_id: int, *, record: str, number: int, content: dict[str, Any]
) -> list[Change]:
    """Return all changes of a record, oldest first; one that was loaded with a batch shows what it was loaded with."""
    changes = await store.changes_of(tx, registry_id, [record])
    if changes and changes[0].kind is ChangeKind.CREATED:
        return changes
    batch = await store.batch_of(tx, registry_id, number)
    if batch is None:
        return changes
    for change in reversed(changes):
        content = undone(content, change)
    after = crypto.canonical(content).decode()
    return [replace(batch, record=record, first_number=number, last_number=number, after=after), *changes]


async def verify(context: Context, *, registry_id: int, table: str) -> Verification:
    """Read a registry's whole chain and every record, and name what was inserted, removed or changed past the log."""
    findings: list[str] = []
    async with context.database.reading() as tx:
        head = await store.seen(tx, registry_id)
        entries = await _verify_chain(tx, head, findings)
        records = await _verify_records(tx, head, table, findings)
    return Verification(entries, records, tuple(findings[:FINDINGS_MAX]))


async def _verify_chain(tx: Transaction, head: Chain, findings: list[str]) -> int:
    previous, position = "", 0
    while page := await store.entries(tx, head.registry_id, after=position):
        for entry in page:
            if entry.position != position + 1:
                findings.append(f"entries {position + 1} to {entry.position - 1} are missing")
            elif entry.previous_hash != previous:
                findings.append(f"entry {entry.position} does not follow the one before")
            if entry.computed_hash() != entry.hash:
                findings.append(f"entry {entry.position} was changed")
            previous, position = entry.hash, entry.position
        if len(findings) > FINDINGS_MAX:
            break
    else:
        if (position, previous) != (head.position, head.hash):
            findings.append(f"entries after {min(position, head.position)} do not reach the end of the chain")
    return position


async def _verify_records(tx: Transaction, head: Chain, table: str, findings: list[str]) -> int:
    number, count, live = 0, 0, 0
    loaded = _LoadedRows()
    while len(findings) <= FINDINGS_MAX and (rows := await store.record_rows(tx, table, after=number)):
        changes: dict[str, list[Change]] = defaultdict(list)
        for change in await store.changes_of(tx, head.registry_id, [str(row["uuid"]) for row in rows]):
            changes[change.record].append(change)
        await loaded.expect(tx, head.registry_id, int(rows[0]["number"]), int(rows[-1]["number"]))
        for row in rows:
            if row["number"] != number + 1:
                findings.append(f"records {number + 1} to {row['number'] - 1} are missing")
            number = int(row["number"])
            count, live = count + 1, live + (row["deleted_at"] is None and row["archived_at"] is None)
            finding = _finding(row, changes[str(row["uuid"])], loaded)
            if finding:
                findings.append(f"record {row['uuid']} {finding}")
        findings += loaded.finished(number)
        await asyncio.sleep(0)  # reading SQLite never waits, and others want to be served
    if len(findings) <= FINDINGS_MAX:
        if number != head.numbered:
            findings.append(f"records after {min(number, head.numbered)} do not reach the last number")
        if live != head.live:
            findings.append(f"{live} records are in use where the chain counts {head.live}")
    return count


def _finding(row: dict[str, Any], changes: list[Change], loaded: _LoadedRows) -> str:
    """Return what does not fit between a record and its changes, or nothing."""
    stored = msgspec.json.decode(row["content"])
    last = changes[-1] if changes else None
    if not changes or changes[0].kind is not ChangeKind.CREATED:
        batch = loaded.batch(int(row["number"]))
        if batch is None:
            return "was inserted without a change in the log"
        content = stored
        for change in reversed(changes):
            if crypto.canonical(applied(undone(content, change), change)) != crypto.canonical(content):
                return "was changed behind the log"
            content = undone(content, change)
        loaded.add(str(row["uuid"]), int(row["number"]), crypto.canonical(content))
        last = last or batch
    else:
        content = {}
        for change in changes:
            content = applied(content, change)
        if crypto.canonical(content) != crypto.canonical(stored):
            return "was changed behind the log"
    return "" if last is None else _finding_of_state(row, last)


def _finding_of_state(row: dict[str, Any], last: Change) -> str:
    deleted, archived = row["deleted_at"] is not None, row["archived_at"] is not None
    if deleted != (last.kind is ChangeKind.DELETED) or (not deleted and archived != (last.kind is ChangeKind.ARCHIVED)):
        return "was deleted, archived or brought back behind the log"
    return "" if row["change_hash"] == last.hash else "does not name its last change"


class _LoadedRows:
    """Digests of the batches that the verification is passing through, in order of record numbers."""

    def __init__(self) -> None:
        self._batches: list[tuple[Change, RowsDigest]] = []

    async def expect(self, tx: Transaction, registry_id: int, first: int, last: int) -> None:
        known = {batch.position for batch, _ in self._batches}
        for batch in await store.batches(tx, registry_id, first, last):
            if batch.position not in known:
                self._batches.append((batch, RowsDigest()))

    def batch(self, number: int) -> Change | None:
        return next((one for one, _ in self._batches if one.first_number <= number <= one.last_number), None)

    def add(self, uuid: str, number: int, canonical: bytes) -> None:
        for batch, digest in self._batches:
            if batch.first_number <= number <= batch.last_number:
                digest.add(uuid, number, canonical)

    def finished(self, number: int) -> Sequence[str]:
        """Return findings of the batches that end at or before a number, and forget them."""
        done = [(batch, digest) for batch, digest in self._batches if batch.last_number <= number]
        self._batches = [one for one in self._batches if one[0].last_number > number]
        return [
            f"records {batch.first_number} to {batch.last_number} differ from what was loaded"
            for batch, digest in done
            if digest.text() != batch.digest
        ]
