"""Use cases of archives: move what is over into signed files, look at them, and bring one back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from govstack.blocks.messaging.archives import gateways, store
from govstack.blocks.messaging.archives.errors import ArchiveBroken, ArchiveRestored, RowsChanged, UnknownArchive
from govstack.blocks.messaging.archives.model import (
    ARCHIVES_AT_ONCE_MAX,
    COLUMNS,
    MONTHS_SHOWN_MAX,
    PAUSE,
    REQUESTS_MAX,
    ROWS_AT_ONCE,
    SHOWN_MAX,
    Archive,
    Candidate,
    Count,
    Foot,
    Head,
    Line,
    MonthCount,
    Soundness,
    archive_id,
    portion,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import audit, clock, crypto, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import DAYS, FOLDER
from govstack.kernel.settings import Setting

DAYS_SETTING, FOLDER_SETTING = "MESSAGING_ARCHIVE_DAYS", "MESSAGING_ARCHIVE_FOLDER"
SIGNING = "archive"
OWN_FOLDER = "messaging-archive"
SETTINGS = (
    Setting(
        DAYS_SETTING, "0", "After how many days a finished request is moved into an archive file; 0 means never", DAYS
    ),
    Setting(FOLDER_SETTING, "", "Folder for archive files of messages; empty means one in the data folder", FOLDER),
)


async def move_out(context: Context, *, by: Actor) -> int:
    """Move requests that are over into files, as long as there are such; return how many files were written.

    A file is written and checked first. Then, in one transaction, its archive is noted and its rows leave: when it
    holds what the tables hold, row for row. Halfway nothing is lost; the next run does it again.
    """
    days = context.settings.number(DAYS_SETTING)
    if not days:
        return 0
    await asyncio.to_thread(gateways.clear, folder(context))
    before = clock.timestamp(clock.now() - timedelta(days=days))
    async with context.database.transaction() as tx:
        await store.end_pauses(tx)
    for done in range(ARCHIVES_AT_ONCE_MAX):
        async with context.database.reading(apart=True) as tx:
            chosen = portion(await store.candidates(tx, before=before, limit=REQUESTS_MAX))
        if not chosen:
            return done
        await _move(context, by, chosen)
    return ARCHIVES_AT_ONCE_MAX


async def archives(context: Context, *, by: Actor, before: int = 0) -> list[Archive]:
    """Return archives, newest first."""
    senders.require(by, senders.READ)
    async with context.database.reading(one_statement=True) as tx:
        return await store.archives(tx, before=before, limit=SHOWN_MAX)


async def months(context: Context, *, by: Actor) -> list[MonthCount]:
    """Return how archived messages ended, by month."""
    senders.require(by, senders.READ)
    since = clock.timestamp(clock.now() - timedelta(days=31 * MONTHS_SHOWN_MAX))[:7]
    async with context.database.reading(one_statement=True) as tx:
        return await store.months(tx, since=since)


async def archive(context: Context, *, by: Actor, archive_id: str) -> tuple[Archive, Soundness]:
    """Return an archive, and whether its file is the one that was written; raises UnknownArchive."""
    senders.require(by, senders.READ)
    found = await _known(context, archive_id)
    return found, await _soundness(context, found)


async def restore(context: Context, *, by: Actor, archive_id: str) -> None:
    """Bring the rows of an archive back into their tables; they stay for a month at least.

    Raises UnknownArchive, ArchiveBroken and ArchiveRestored.
    """
    senders.require(by)
    found = await _known(context, archive_id)
    if await _soundness(context, found) is not Soundness.SOUND:
        raise ArchiveBroken
    until = clock.timestamp(clock.now() + PAUSE)
    async with context.database.transaction() as tx:
        if not await store.restore(tx, archive_id):
            raise ArchiveRestored
        async for table, lines in _portions(folder(context) / found.file_name):
            await store.bring_back(tx, table, lines, pause_until=until)
        await audit.record(tx, by=by, action="messaging.archive.restored", subject=archive_id)


def folder(context: Context) -> Path:
    """Return where the files of archives are."""
    named = context.settings.text(FOLDER_SETTING)
    return Path(named) if named else context.settings.data_dir / OWN_FOLDER


async def _move(context: Context, by: Actor, chosen: Sequence[Candidate]) -> None:
    ids = [one.id for one in chosen]
    made, written, counts = await _write(context, chosen)
    if await _soundness(context, made) is not Soundness.SOUND:
        raise ArchiveBroken
    async with context.database.transaction() as tx:
        await store.add(tx, made, counts)
        await store.release(tx, made.id, ids)
        for table in reversed(tuple(COLUMNS)):
            # Rows are only ever added: as many as were written are the same ones.
            if await store.take(tx, table, made.id) != written[table]:
                raise RowsChanged
        await store.end_release(tx, made.id)
        detail = {"requests": made.requests, "messages": made.messages, "digest": made.digest}
        await audit.record(tx, by=by, action="messaging.archive.made", subject=made.id, detail=detail)
        data = {"archive": made.id, "requests": made.requests, "messages": made.messages}
        await events.publish(tx, type="messaging.archive.made", subject=made.id, data=data)


async def _write(context: Context, chosen: Sequence[Candidate]) -> tuple[Archive, Counter[str], list[Count]]:
    """Write the file of an archive; return what it is, its rows by table, and what they add up to."""
    ids, written = [one.id for one in chosen], Counter[str]()
    messages = sum(one.messages for one in chosen)
    with gateways.Writer(folder(context)) as file:
        file.write([Head(requests=len(ids), messages=messages)])
        async with context.database.reading() as tx:
            for table in COLUMNS:
                async for lines in store.rows(tx, table, ids):
                    await asyncio.to_thread(file.write, lines)
                    written[table] += len(lines)
            counts = await store.counts(tx, ids)
        key, digest = context.keys.signing_key(SIGNING), file.digest
        foot = Foot(digest, crypto.to_base64url(key.sign(digest.encode())), key.kid)
        name = archive_id(digest)
        size = await asyncio.to_thread(file.finish, foot, f"{name}.jsonl")
    received = [one.received_at for one in chosen]
    made = Archive(name, digest, size, len(ids), messages, min(received), max(received), clock.timestamp())
    return made, written, counts


async def _soundness(context: Context, found: Archive) -> Soundness:
    path = folder(context) / found.file_name
    if not await asyncio.to_thread(path.is_file):
        return Soundness.MISSING
    foot = await asyncio.to_thread(gateways.check, path)
    if foot is None or foot.digest != found.digest:
        return Soundness.CHANGED
    try:
        signature = crypto.from_base64url(foot.signature)
    except ValueError:
        return Soundness.CHANGED
    signed = any(crypto.verify(key, signature, foot.digest.encode()) for key in context.keys.public_keys(SIGNING))
    return Soundness.SOUND if signed else Soundness.CHANGED


async def _portions(path: Path) -> AsyncIterator[tuple[str, list[Line]]]:
    """Yield the rows of a file, some of one table at a time."""
    for table, lines in groupby(gateways.rows(path), key=lambda line: line.table):
        portion_of_table: list[Line] = []
        for line in lines:
            portion_of_table.append(line)
            if len(portion_of_table) == ROWS_AT_ONCE:
                yield table, portion_of_table
                portion_of_table = []
        if portion_of_table:
            yield table, portion_of_table


async def _known(context: Context, archive_id: str) -> Archive:
    async with context.database.reading(one_statement=True) as tx:
        found = await store.archive(tx, archive_id)
    if found is None:
        raise UnknownArchive
    return found
