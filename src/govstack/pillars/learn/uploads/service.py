"""Use cases of files of answers: receive one, take its rows in, and hand back what was refused."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import suppress

import msgspec

from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest
from govstack.kernel.sheets import ARCHIVE_FAULTS, PIECE_BYTES, FileUnreadable, Format, Line, Pieces, opened
from govstack.pillars.learn.answers import service as answers
from govstack.pillars.learn.answers.model import Response, Taking
from govstack.pillars.learn.campaigns import service as campaigns
from govstack.pillars.learn.campaigns.errors import NotOpen
from govstack.pillars.learn.campaigns.model import Campaign
from govstack.pillars.learn.campaigns.model import State as CampaignState
from govstack.pillars.learn.uploads import store
from govstack.pillars.learn.uploads.errors import EmptyFile, TooLarge, TooManyUploads, UnknownUpload
from govstack.pillars.learn.uploads.model import (
    CHARACTERS_AT_ONCE,
    FILE_BYTES_MAX,
    GONE,
    MERGED,
    NO_ROWS,
    OPEN_UPLOADS_MAX,
    REFUSALS_SHOWN_MAX,
    ROWS_AT_ONCE,
    TOO_MANY_ROWS,
    Reader,
    Refusal,
    State,
    Upload,
    WrongColumns,
)

READ = "learn.read-answers"
PURPOSE = "upload"
FETCH_SECONDS_MAX = 30
REFUSALS_AT_ONCE = 500
UPLOADS_LISTED_MAX = 50
READ_AT_ONCE_BYTES_MAX = 256 * 1024
MERGE = b"<mergeCell "
_SHEET = re.compile(rb'<sheet [^>]*?r:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship [^>]*>")


async def start(
    context: Context, *, by: Actor, campaign_id: str, kind: Format, content: AsyncIterable[bytes]
) -> Upload:
    """Receive a file of answers to a campaign; a small one is read at once, others by a durable job.

    Raises UnknownCampaign, NotOpen for a plan, TooManyUploads, TooLarge, EmptyFile.
    """
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is CampaignState.DRAFT:
        raise NotOpen
    upload_id = ids.new_id()
    async with context.database.transaction() as tx:
        if await store.reading(tx, campaign_id) >= OPEN_UPLOADS_MAX:
            raise TooManyUploads
        await store.add(
            tx, upload_id=upload_id, campaign_id=campaign_id, actor=by.id, kind=kind.value,
            caller=context.keys.seal(PURPOSE, by.to_bytes(), bound_to=upload_id), created_at=clock.timestamp(),
        )  # fmt: skip
    try:
        size = await _receive(context, upload_id, content)
    except BaseException:
        async with context.database.transaction() as tx:
            await store.drop(tx, upload_id)
        raise
    async with context.database.transaction() as tx:
        await store.received(tx, upload_id, size)
        await audit.record(
            tx, by=by, action="learn.answers.uploaded", subject=f"campaign/{campaign_id}",
            detail={"upload": upload_id, "format": kind.value, "bytes": size},
        )  # fmt: skip
        # The job stands in any case: should this process stop while it reads, another one goes on.
        await jobs.enqueue(tx, READ, {"upload": upload_id}, key=upload_id)
    if size <= READ_AT_ONCE_BYTES_MAX:
        await read(context, upload_id=upload_id)
    return await upload(context, upload_id=upload_id)


async def _receive(context: Context, upload_id: str, content: AsyncIterable[bytes]) -> int:
    held, size, number = bytearray(), 0, 0
    async for part in content:
        held += part
        size += len(part)
        if size > FILE_BYTES_MAX:
            raise TooLarge
        while len(held) >= PIECE_BYTES:
            await _keep(context, upload_id, number, bytes(held[:PIECE_BYTES]))
            del held[:PIECE_BYTES]
            number += 1
    if not size:
        raise EmptyFile
    if held:
        await _keep(context, upload_id, number, bytes(held))
    return size


async def _keep(context: Context, upload_id: str, number: int, content: bytes) -> None:
    sealed = context.keys.seal(PURPOSE, content, bound_to=f"{upload_id}/{number}")
    async with context.database.transaction() as tx:
        await store.add_piece(tx, upload_id, number, sealed)


async def read(context: Context, *, upload_id: str) -> None:
    """Take the rows of a received file in, from where an earlier run was stopped; a faulty row holds up no other."""
    async with context.database.reading() as tx:
        one = await store.by_id(tx, upload_id)
        if one is None or one.state is not State.READING:
            return
        sealed = await store.caller(tx, upload_id)
    by = Actor.from_bytes(context.keys.open(PURPOSE, sealed, bound_to=upload_id))
    campaign = await campaigns.campaign(context, campaign_id=one.campaign_id)
    try:
        await _rows(context, by, campaign, one)
    except (FileUnreadable, WrongColumns) as problem:
        await _end(context, upload_id, State.FAILED, fault=problem.detail)
        return
    await _end(context, upload_id, State.DONE)


async def _end(context: Context, upload_id: str, state: State, *, fault: str = "") -> None:
    async with context.database.transaction() as tx:
        await store.end(tx, upload_id, state, fault=fault)


async def _rows(context: Context, by: Actor, campaign: Campaign, one: Upload) -> None:
    loop = asyncio.get_running_loop()

    def fetch(number: int) -> bytes:
        return asyncio.run_coroutine_threadsafe(_piece(context, one.id, number), loop).result(FETCH_SECONDS_MAX)

    kind, reader = Format(one.format), None
    # A workbook is looked into for merged cells only once it is known to unpack into what may be read.
    table = await asyncio.to_thread(opened, kind, Pieces(one.size, fetch))
    if kind is Format.XLSX and await asyncio.to_thread(merged, Pieces(one.size, fetch)):
        raise FileUnreadable(MERGED)
    place = 0
    while lines := await asyncio.to_thread(table.take, ROWS_AT_ONCE, CHARACTERS_AT_ONCE):
        place += len(lines)
        if reader is None or reader.columns != tuple(table.columns):
            reader = Reader(campaign, table.columns)
        if place > one.rows_read and not await _part(context, one, by=by, reader=reader, lines=lines, place=place):
            return
    if reader is None:
        Reader(campaign, table.columns or ("",))
        raise FileUnreadable(NO_ROWS)


async def _part(
    context: Context, one: Upload, *, by: Actor, reader: Reader, lines: Sequence[Line], place: int
) -> bool:  # fmt: skip
    """Take some rows in; false when another run has come further."""
    refused: list[Refusal] = []
    ready: list[tuple[Line, Response]] = []
    for line in lines:
        response, faults = (None, {"": line.fault}) if line.fault else reader.read(line.cells)
        if response is None:
            refused.append(Refusal(line.number, faults, reader.cells(line.cells)))
        else:
            ready.append((line, response))
    taken = await answers.add(
        context, by=by, campaign_id=one.campaign_id, responses=[response for _line, response in ready]
    )
    refused += [
        Refusal(line.number, told.fields, reader.cells(line.cells))
        for (line, _response), told in zip(ready, taken, strict=True)
        if told.taking is Taking.REFUSED
    ]
    counts = [told.taking for told in taken]
    sealed = [(row.number, _sealed(context, one.id, row)) for row in refused]
    async with context.database.transaction() as tx:
        await store.refuse(tx, one.id, sealed)
        return await store.read_on(
            tx, one.id, rows_read=place, added=counts.count(Taking.ADDED), known=counts.count(Taking.KNOWN),
            refused=len(refused),
        )  # fmt: skip


def _sealed(context: Context, upload_id: str, row: Refusal) -> bytes:
    return context.keys.seal(PURPOSE, msgspec.json.encode(row), bound_to=f"{upload_id}/row/{row.number}")


async def _piece(context: Context, upload_id: str, number: int) -> bytes:
    async with context.database.reading(one_statement=True) as tx:
        sealed = await store.piece(tx, upload_id, number)
    if sealed is None:
        raise FileUnreadable(GONE)
    return context.keys.open(PURPOSE, sealed, bound_to=f"{upload_id}/{number}")


def merged(stream: io.RawIOBase) -> bool:
    """Tell whether the first sheet of a workbook has merged cells: their values stand in one row of several only."""
    with suppress(KeyError, *ARCHIVE_FAULTS), zipfile.ZipFile(io.BufferedReader(stream)) as archive:
        held = b""
        with archive.open(_first_sheet(archive)) as sheet:
            while part := sheet.read(PIECE_BYTES):
                if MERGE in held + part:
                    return True
                held = part[-len(MERGE) :]
    return False


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


def _bytes(content: bytes) -> Pieces:
    return Pieces(len(content), lambda number: content[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])


async def upload(context: Context, *, upload_id: str, campaign_id: str = "") -> Upload:
    """Return a file of answers; raises UnknownUpload, also when it belongs to another campaign."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, upload_id)
    if found is None or (campaign_id and found.campaign_id != campaign_id):
        raise UnknownUpload
    return found


async def listed(context: Context, *, campaign_id: str) -> list[Upload]:
    """Return the files of a campaign, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_campaign(tx, campaign_id, limit=UPLOADS_LISTED_MAX)


async def first_refusals(context: Context, *, upload_id: str) -> list[Refusal]:
    """Return the first rows that were refused."""
    return await _refusals(context, upload_id, after=0, limit=REFUSALS_SHOWN_MAX)


async def refusals(context: Context, *, upload_id: str) -> AsyncIterator[list[Refusal]]:
    """Yield all rows that were refused, part by part."""
    after = 0
    while part := await _refusals(context, upload_id, after=after, limit=REFUSALS_AT_ONCE):
        yield part
        after = part[-1].number


async def _refusals(context: Context, upload_id: str, *, after: int, limit: int) -> list[Refusal]:
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.refusals(tx, upload_id, after=after, limit=limit)
    return [
        msgspec.json.decode(
            context.keys.open(PURPOSE, sealed, bound_to=f"{upload_id}/row/{number}"), type=Refusal
        )
        for number, sealed in rows
    ]  # fmt: skip


async def own(context: Context, *, by: Actor, ask: answers.Ask, kind: Format, content: bytes) -> list[Refusal]:
    """Take in what somebody answered without a connection, about whom they are asked for; return what was refused.

    Raises FileUnreadable, WrongColumns, and BadRequest for a file of many rows.
    """
    table = await asyncio.to_thread(opened, kind, _bytes(content))
    lines = await asyncio.to_thread(table.take, ROWS_AT_ONCE, CHARACTERS_AT_ONCE)
    reader = Reader(ask.campaign, table.columns, about_needed=False)
    if len(lines) >= ROWS_AT_ONCE:
        raise BadRequest(TOO_MANY_ROWS)
    about = (ask.member.person_id if ask.campaign.personal else ask.member.organisation_id) or ""
    refused: list[Refusal] = []
    ready: list[tuple[Line, Response]] = []
    for line in lines:
        response, faults = (None, {"": line.fault}) if line.fault else reader.read(line.cells)
        if response is None:
            refused.append(Refusal(line.number, faults, {}))
        else:
            ready.append((line, msgspec.structs.replace(response, about=about, rater=ask.rater)))
    taken = await answers.add(
        context, by=by, campaign_id=ask.campaign.id, responses=[response for _line, response in ready]
    )
    told = zip(ready, taken, strict=True)
    return refused + [Refusal(line.number, one.fields, {}) for (line, _r), one in told if one.taking is Taking.REFUSED]
