"""Use cases of files of rows: take a small one in at once, receive a large one and read it, cancel it, tell of it.

A part of a file, what became of it and how far the file is are one transaction: a run that was killed is followed by
one that goes on behind its last part, and of two runs at once only one takes a part in.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

import msgspec

from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest, Problem, Unauthenticated
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.kernel.sheets import ARCHIVE_FAULTS, PIECE_BYTES, FileUnreadable, Format, Line, Pieces, Table, opened
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake import store
from govstack.pillars.learn.intake.errors import EmptyFile, NotBeingRead, TooLarge, TooManyFiles, UnknownFile
from govstack.pillars.learn.intake.model import (
    AT_ONCE_BYTES_MAX,
    AT_ONCE_ROWS_MAX,
    CHARACTERS_AT_ONCE,
    GONE,
    MERGED,
    NO_ROWS,
    OPEN_FILES_MAX,
    REFUSALS_SHOWN_MAX,
    TOO_LONG,
    Given,
    Intake,
    Part,
    Refusal,
    State,
)

READ = "learn.read-file"
FORGET = "learn.forget-refused-rows"
REFUSED_DAYS = "LEARN_REFUSED_ROWS_DAYS"
SETTINGS = (
    Setting(REFUSED_DAYS, "30", "How many days refused rows of files can be taken out again; ours", whole(1, 3_650)),
)
PURPOSE = "upload"
FETCH_SECONDS_MAX = 30
REFUSALS_AT_ONCE = 500
LISTED_MAX = 50
SERVER_FAULT = 500
MERGE = b"mergeCell "
MERGED_SHOWN_MAX = 5
MERGE_BYTES_MAX = 300
_SHEET = re.compile(rb'<sheet [^>]*?r:id="([^"]+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref=["\']([A-Z0-9:]{1,40})["\']')
_RELATION = re.compile(rb"<Relationship [^>]*>")

# Writes some rows in the transaction that notes how far the file is.
Writing: TypeAlias = Callable[[Transaction], Awaitable[Part]]


class Taker(Protocol):
    """Takes the rows of one file in. `rows_at_once` are written in one transaction, `rows_max` from one file."""

    rows_at_once: int
    rows_max: int

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise a BadRequest that names the columns that are wrong or missing."""

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> Writing:
        """Check some rows; return what writes those that fit, in the transaction that notes how far the file is."""


# Returns what takes the rows of a file in, as its sender.
Opening: TypeAlias = Callable[[Context, Actor, Given], Awaitable[Taker]]


@dataclass(frozen=True, slots=True)
class Room:
    """A room that takes files in: what opens them, and by what they are about, section and address of its page."""

    opening: Opening
    section: Callable[[str], str]
    page: Callable[[str], str]


async def take(
    context: Context, *, by: Actor, given: Given, opening: Opening, kind: Format, content: bytes
) -> Part | Intake:
    """Take a small file in and say what became of it; of a larger one, return the file that a job goes on with.

    Raises FileUnreadable, what the room says of its columns, and TooManyFiles.
    """
    taker = await opening(context, by, given)
    table, lines = await asyncio.to_thread(_beginning, kind, content)
    taker.refuse_columns(table.columns)
    if len(lines) > AT_ONCE_ROWS_MAX or len(content) > AT_ONCE_BYTES_MAX:
        return await start(context, by=by, given=given, kind=kind, content=_whole(content), bytes_max=len(content))
    await asyncio.to_thread(_refuse_merged, kind, pieces(content))
    writing = await taker.ready(table.columns, lines)
    async with context.database.transaction() as tx:
        return await writing(tx)


def table_of(kind: Format, content: bytes) -> Table:
    """Return a whole file as a table, as every room opens one; raises FileUnreadable, for merged cells too."""
    table = opened(kind, pieces(content))
    _refuse_merged(kind, pieces(content))
    return table


def _refuse_merged(kind: Format, stream: io.RawIOBase) -> None:
    """Refuse a workbook whose first sheet has merged cells, naming them; one that was opened, for it may be a bomb."""
    cells = merged(stream) if kind is Format.XLSX else []
    if cells:
        raise FileUnreadable(MERGED.format(cells=", ".join(cells[:MERGED_SHOWN_MAX])))


def _beginning(kind: Format, content: bytes) -> tuple[Table, list[Line]]:
    table = opened(kind, pieces(content))
    lines: list[Line] = []
    while len(lines) <= AT_ONCE_ROWS_MAX:
        more = table.take(AT_ONCE_ROWS_MAX + 1 - len(lines), CHARACTERS_AT_ONCE)
        if not more:
            break
        lines += more
    return table, lines


def pieces(content: bytes) -> Pieces:
    """Return a file in memory as something to read and seek in."""
    return Pieces(len(content), lambda number: content[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def start(
    context: Context, *, by: Actor, given: Given, kind: Format, content: AsyncIterable[bytes], bytes_max: int
) -> Intake:
    """Receive a file that a durable job goes on with; raises TooManyFiles, TooLarge, EmptyFile."""
    intake_id = ids.new_id()
    async with context.database.transaction() as tx:
        if await store.reading(tx, given) >= OPEN_FILES_MAX:
            raise TooManyFiles
        await store.add(
            tx, intake_id=intake_id, given=given, actor=by.id, kind=kind.value,
            caller=context.keys.seal(PURPOSE, by.to_bytes(), bound_to=intake_id), created_at=clock.timestamp(),
        )  # fmt: skip
    try:
        size = await _receive(context, intake_id, content, bytes_max)
    except BaseException:
        async with context.database.transaction() as tx:
            await store.drop(tx, intake_id)
        raise
    async with context.database.transaction() as tx:
        await store.received(tx, intake_id, size)
        await audit.record(
            tx, by=by, action="learn.file.received", subject=f"{given.room}/{given.about}",
            detail={"file": intake_id, "format": kind.value, "bytes": size},
        )  # fmt: skip
        # The job stands in any case: should a process stop while it reads, another one goes on.
        await jobs.enqueue(tx, READ, {"upload": intake_id}, key=intake_id)
    return await found(context, by=by, intake_id=intake_id)


async def _receive(context: Context, intake_id: str, content: AsyncIterable[bytes], bytes_max: int) -> int:
    held, size, number = bytearray(), 0, 0
    async for part in content:
        held += part
        size += len(part)
        if size > bytes_max:
            raise TooLarge
        while len(held) >= PIECE_BYTES:
            await _keep(context, intake_id, number, bytes(held[:PIECE_BYTES]))
            del held[:PIECE_BYTES]
            number += 1
    if not size:
        raise EmptyFile
    if held:
        await _keep(context, intake_id, number, bytes(held))
    return size


async def _keep(context: Context, intake_id: str, number: int, content: bytes) -> None:
    sealed = context.keys.seal(PURPOSE, content, bound_to=f"{intake_id}/{number}")
    async with context.database.transaction() as tx:
        await store.add_piece(tx, intake_id, number, sealed)


async def read(context: Context, *, rooms: Mapping[str, Room], intake_id: str) -> None:
    """Take the rows of a received file in, from where an earlier run was stopped; a faulty row holds up no other."""
    async with context.database.reading() as tx:
        one = await store.by_id(tx, intake_id)
        if one is None or one.state is not State.READING:
            return
        sealed = await store.caller(tx, intake_id)
    by = Actor.from_bytes(context.keys.open(PURPOSE, sealed, bound_to=intake_id))
    try:
        taker = await rooms[one.room].opening(context, by, one.given)
        ended = await _rows(context, taker, one)
    except Problem as problem:
        if problem.status >= SERVER_FAULT:
            raise  # the database is busy or away: the job is tried again
        await _end(context, intake_id, State.FAILED, fault=_said(problem))
        return
    if ended:
        await _end(context, intake_id, State.DONE)


def _said(problem: Problem) -> str:
    named = ", ".join(problem.fields)
    return f"{problem.detail} ({named})" if named else problem.detail


async def _end(context: Context, intake_id: str, state: State, *, fault: str = "") -> None:
    async with context.database.transaction() as tx:
        await store.end(tx, intake_id, state, fault=fault)


async def _rows(context: Context, taker: Taker, one: Intake) -> bool:
    """Take rows in up to the end of a file; false when another run goes on with it, or it was cancelled."""
    loop = asyncio.get_running_loop()

    def fetch(number: int) -> bytes:
        return asyncio.run_coroutine_threadsafe(_piece(context, one.id, number), loop).result(FETCH_SECONDS_MAX)

    kind = Format(one.format)
    stream = Pieces(one.size, fetch)
    # A workbook is looked into for merged cells only once it is known to unpack into what may be read.
    table = await asyncio.to_thread(opened, kind, stream)
    await asyncio.to_thread(_refuse_merged, kind, Pieces(one.size, fetch))
    place = 0
    while lines := await asyncio.to_thread(table.take, taker.rows_at_once, CHARACTERS_AT_ONCE):
        place += len(lines)
        taker.refuse_columns(table.columns)
        if place > taker.rows_max:
            raise BadRequest(TOO_LONG)
        if place <= one.rows_read:
            continue
        writing = await taker.ready(table.columns, lines)
        if not await _part(context, one, writing, rows_read=place, reached=stream.tell()):
            return False
    if not place:
        taker.refuse_columns(table.columns or ("",))
        raise FileUnreadable(NO_ROWS)
    return True


async def _part(context: Context, one: Intake, writing: Writing, *, rows_read: int, reached: int) -> bool:
    """Take some rows in; false when another run has come further, or the file was cancelled."""
    async with context.database.transaction() as tx:
        if not await store.claim(tx, one.id, rows_read=rows_read, reached=min(reached, one.size)):
            return False
        part = await writing(tx)
        await store.count(tx, one.id, part, [(row.number, _sealed(context, one.id, row)) for row in part.refused])
    return True


def _sealed(context: Context, intake_id: str, row: Refusal) -> bytes:
    return context.keys.seal(PURPOSE, msgspec.json.encode(row), bound_to=f"{intake_id}/row/{row.number}")


async def _piece(context: Context, intake_id: str, number: int) -> bytes:
    async with context.database.reading(one_statement=True) as tx:
        sealed = await store.piece(tx, intake_id, number)
    if sealed is None:
        raise FileUnreadable(GONE)
    return context.keys.open(PURPOSE, sealed, bound_to=f"{intake_id}/{number}")


def merged(stream: io.RawIOBase) -> list[str]:
    """Return the first merged cells of a workbook's first sheet: their values stand in one row of several only."""
    found: dict[str, None] = {}
    with suppress(KeyError, *ARCHIVE_FAULTS), zipfile.ZipFile(io.BufferedReader(stream)) as archive:
        held = b""
        with archive.open(_first_sheet(archive)) as sheet:
            while part := sheet.read(PIECE_BYTES):
                if MERGE in held + part:
                    found |= dict.fromkeys(one.decode() for one in _MERGED.findall(held + part))
                    if len(found) >= MERGED_SHOWN_MAX:
                        break
                held = part[-MERGE_BYTES_MAX:]
    return list(found)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the name of the first sheet's part; raises KeyError."""
    first = _SHEET.search(_head(archive, "xl/workbook.xml"))
    mark = b'Id="' + (first[1] if first else b"") + b'"'
    relations = _RELATION.findall(_head(archive, "xl/_rels/workbook.xml.rels"))
    relation = next((one for one in relations if mark in one), b"")
    target: str = relation.partition(b'Target="')[2].partition(b'"')[0].decode()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(PIECE_BYTES)


async def cancel(context: Context, *, by: Actor, intake_id: str) -> Intake:
    """Stop the reading of a file; what was taken in stays. Raises UnknownFile, NotBeingRead.

    Besides whoever may send such files the training unit stops any: rights come with the token of a request, and a job
    cannot ask whether its sender still has them.
    """
    one = await followed(context, by=by, intake_id=intake_id)
    async with context.database.transaction() as tx:
        if not await store.end(tx, intake_id, State.CANCELLED):
            raise NotBeingRead
        subject = f"{one.room}/{one.about}"
        await audit.record(tx, by=by, action="learn.file.cancelled", subject=subject, detail={"file": intake_id})
    return await followed(context, by=by, intake_id=intake_id)


async def followed(context: Context, *, by: Actor, intake_id: str) -> Intake:
    """Return how far a file is to whoever may send such files and to the training unit; raises as `found`."""
    if not by.may(PLAN):
        return await found(context, by=by, intake_id=intake_id)
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, intake_id)
    if one is None:
        raise UnknownFile
    return one


async def being_read(context: Context) -> list[Intake]:
    """Return the files that are being read, of all rooms, newest first; whoever calls decides who may see them."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.being_read(tx, limit=LISTED_MAX)


async def found(context: Context, *, by: Actor, intake_id: str) -> Intake:
    """Return a file to whoever may send such files; raises UnknownFile, and Unauthenticated for nobody."""
    if not by.signed_in:
        raise Unauthenticated
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, intake_id)
    if one is None or not (by.kind == "system" or by.may(one.scope)):
        raise UnknownFile
    return one


async def listed(context: Context, *, room: str, about: str) -> list[Intake]:
    """Return the files about something, newest first; whoever calls decides who may see them."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, room=room, about=about, limit=LISTED_MAX)


async def first_refusals(context: Context, *, intake_id: str) -> list[Refusal]:
    """Return the first rows that were refused."""
    return await _refusals(context, intake_id, after=0, limit=REFUSALS_SHOWN_MAX)


async def refusals(context: Context, *, intake_id: str) -> AsyncIterator[list[Refusal]]:
    """Yield all rows that were refused, part by part."""
    after = 0
    while part := await _refusals(context, intake_id, after=after, limit=REFUSALS_AT_ONCE):
        yield part
        after = part[-1].number


async def _refusals(context: Context, intake_id: str, *, after: int, limit: int) -> list[Refusal]:
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.refusals(tx, intake_id, after=after, limit=limit)
    return [
        msgspec.json.decode(
            context.keys.open(PURPOSE, sealed, bound_to=f"{intake_id}/row/{number}"), type=Refusal
        )
        for number, sealed in rows
    ]  # fmt: skip


async def forget_refused(context: Context) -> int:
    """Drop the rows that were refused so long ago that nobody mends them any more; return how many went.

    They may hold names of people, also of such as were erased since.
    """
    before = clock.timestamp(clock.now() - timedelta(days=context.settings.number(REFUSED_DAYS)))
    async with context.database.transaction() as tx:
        return await store.forget_refusals(tx, before=before)
