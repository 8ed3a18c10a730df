"""Rows that leave the tables, rows that come back, and what is known of archives."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

import msgspec

from govstack.blocks.messaging.archives.model import (
    BINARY,
    COLUMNS,
    ROWS_AT_ONCE,
    Archive,
    Candidate,
    Count,
    Line,
    MonthCount,
)
from govstack.blocks.messaging.intake.model import State, published
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_PAGED = frozenset(COLUMNS) - {"request_tally", "part_receipt"}


async def candidates(tx: Transaction, *, before: str, limit: int) -> list[Candidate]:
    """Return requests that may leave, the oldest first."""
    rows = await SQL.candidates(tx, before=before, now=clock.timestamp(), limit=limit)
    return msgspec.convert(rows, list[Candidate], strict=False)


async def rows(tx: Transaction, table: str, ids: Sequence[str]) -> AsyncIterator[list[Line]]:
    """Yield the rows of a table that belong to some requests, some at a time."""
    query, after = getattr(SQL, table), 0
    while True:
        paged = {"after": after, "limit": ROWS_AT_ONCE} if table in _PAGED else {}
        found = await query(tx, ids=list(ids), **paged)
        if found:
            yield [Line(table, {name: _written(table, name, row[name]) for name in COLUMNS[table]}) for row in found]
        if not paged or len(found) < ROWS_AT_ONCE:
            return
        after = found[-1]["number"]


async def counts(tx: Transaction, ids: Sequence[str]) -> list[Count]:
    """Return how the messages of some requests ended, by day and sender."""
    found: dict[tuple[str, str, str], int] = {}
    for row in await SQL.ends(tx, ids=list(ids)):
        key = (row["day"], row["sender_id"], str(published(State(row["state"]), row["reason"], later=False)))
        found[key] = found.get(key, 0) + int(row["messages"])
    for row in await SQL.tallies(tx, ids=list(ids)):
        key = (row["day"], row["sender_id"], row["status"])
        found[key] = found.get(key, 0) + int(row["messages"])
    return [Count(*key, number) for key, number in found.items()]


async def add(tx: Transaction, archive: Archive, found: Sequence[Count]) -> None:
    """Add an archive, and the numbers that stay of it."""
    facts = {name: value for name, value in asdict(archive).items() if name not in {"number", "restored_at"}}
    await SQL.insert_archive(tx, **facts)
    for one in found:
        await SQL.insert_count(tx, archive_id=archive.id, **asdict(one))


async def release(tx: Transaction, archive_id: str, ids: Sequence[str]) -> None:
    """Let the rows of some requests go, until this transaction has ended."""
    for query in (SQL.release_requests, SQL.release_messages, SQL.release_replies):
        await query(tx, archive_id=archive_id, ids=list(ids))


async def take(tx: Transaction, table: str, archive_id: str) -> int:
    """Take away the rows of a table that were let go; return how many."""
    return int(await getattr(SQL, f"take_{table}")(tx, archive_id=archive_id))


async def end_release(tx: Transaction, archive_id: str) -> None:
    """Let nothing go any more."""
    await SQL.end_release(tx, archive_id=archive_id)


async def archive(tx: Transaction, archive_id: str) -> Archive | None:
    """Return an archive."""
    row = await SQL.archive(tx, id=archive_id)
    return None if row is None else msgspec.convert(row, Archive, strict=False)


async def archives(tx: Transaction, *, before: int, limit: int) -> list[Archive]:
    """Return archives, newest first."""
    return msgspec.convert(await SQL.archives(tx, before=before, limit=limit), list[Archive], strict=False)


async def months(tx: Transaction, *, since: str) -> list[MonthCount]:
    """Count what archives hold, by month and end."""
    return msgspec.convert(await SQL.months(tx, since=since), list[MonthCount], strict=False)


async def restore(tx: Transaction, archive_id: str) -> bool:
    """Note that an archive was brought back; false when it was before."""
    return bool(await SQL.restore(tx, id=archive_id, now=clock.timestamp()))


async def bring_back(tx: Transaction, table: str, lines: Sequence[Line], *, pause_until: str) -> None:
    """Write rows of an archive into their table."""
    columns = COLUMNS[table]
    await tx.copy(table, columns, [[_read(table, name, line.row[name]) for name in columns] for line in lines])
    if table == "message_request":
        for line in lines:
            await SQL.pause(tx, request_id=line.row["id"], until=pause_until)


async def end_pauses(tx: Transaction) -> None:
    """Forget which requests were brought back long ago."""
    await SQL.end_pauses(tx, now=clock.timestamp())


def _written(table: str, name: str, value: object) -> object:
    if (table, name) in BINARY and isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return bool(value) if name == "urgent" else value


def _read(table: str, name: str, value: object) -> object:
    return base64.b64decode(str(value)) if (table, name) in BINARY and value is not None else value
