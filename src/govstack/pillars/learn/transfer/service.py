"""Use cases of files: every record that somebody may see as a file, and a file's rows as records."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import closing

import msgspec

from govstack.kernel import audit, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.sheets import PIECE_BYTES, Book, Format, Pieces, Table, csv_line, opened
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import IdTaken, Unfit
from govstack.pillars.learn.records.model import Audience, Kind
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.transfer.errors import ColumnsMissing, TooManyRows
from govstack.pillars.learn.transfer.model import (
    Row,
    RowFault,
    Taken,
    cells_of,
    columns_of,
    missing_columns,
    rows_of,
)

ROWS_MAX = 50_000
ROWS_TOLD_MAX = 200
ROWS_A_TRANSACTION = 100
CHARACTERS_A_TIME = 4_000_000
FILE_BYTES_MAX = 20_000_000
BOOK_BYTES_IN_MEMORY_MAX = 8 << 20
BYTE_ORDER_MARK = "\ufeff"


async def export(context: Context, *, by: Actor, kind: Kind, file: Format) -> AsyncIterator[bytes]:
    """Return every record of a kind that somebody may see, as a file, in the order of their ids.

    Raises Forbidden, before the first byte, for somebody who may see none.
    """
    records.require_reader(kind, by)
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="learn.record.exported", subject=f"kind/{kind.name}", detail={"format": file.value}
        )
    return {Format.CSV: _csv, Format.JSON: _json, Format.XLSX: _xlsx}[file](context, by, kind)


async def _csv(context: Context, by: Actor, kind: Kind) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + csv_line(columns_of(kind))).encode()
    async for record in records.each(context, by=by, kind=kind):
        yield csv_line(cells_of(kind, record)).encode()


async def _json(context: Context, by: Actor, kind: Kind) -> AsyncIterator[bytes]:
    between = b"["
    async for record in records.each(context, by=by, kind=kind):
        told = {"id": record.id, "audience": record.audience, **record.content}
        yield between + b"\n" + msgspec.json.encode(told)
        between = b","
    yield b"[]" if between == b"[" else b"\n]"


async def _xlsx(context: Context, by: Actor, kind: Kind) -> AsyncIterator[bytes]:
    book = Book(columns_of(kind))
    with closing(book), tempfile.SpooledTemporaryFile(max_size=BOOK_BYTES_IN_MEMORY_MAX) as target:
        async for record in records.each(context, by=by, kind=kind):
            book.add(cells_of(kind, record))
        book.save(target)
        target.seek(0)
        while piece := target.read(PIECE_BYTES):
            yield piece


async def take(
    context: Context, *, by: Actor, kind: Kind, file: Format, content: bytes, check_only: bool = False
) -> Taken:
    """Write a file's rows as records; a row that does not fit is told and left out, the others are written.

    A row without an id has one that follows from what it is called, so the same file again changes nothing. Raises
    FileUnreadable, ColumnsMissing, TooManyRows.
    """
    table = opened(file, Pieces(len(content), lambda number: _piece(content, number)))
    told = _Told()
    first = True
    while lines := table.take(ROWS_A_TRANSACTION, CHARACTERS_A_TIME):
        if first:
            _refuse_columns(kind, table)
            first = False
        if told.rows + len(lines) > ROWS_MAX:
            raise TooManyRows
        await _take(context, by, kind, list(rows_of(kind, table, lines)), told, check_only=check_only)
    if first:
        _refuse_columns(kind, table)
    return Taken(told.written, told.unchanged, told.refused, told.faults)


class _Told:
    """What has become of the rows so far."""

    def __init__(self) -> None:
        self.rows = self.written = self.unchanged = self.refused = 0
        self.faults: list[RowFault] = []

    def refuse(self, number: int, faults: Mapping[str, str]) -> None:
        self.refused += 1
        if len(self.faults) < ROWS_TOLD_MAX:
            self.faults.append(RowFault(number, dict(faults)))


async def _take(context: Context, by: Actor, kind: Kind, rows: list[Row], told: _Told, *, check_only: bool) -> None:
    async with context.database.transaction() as tx:
        for row in rows:
            told.rows += 1
            if row.faults:
                told.refuse(row.number, row.faults)
                continue
            record_id = row.record_id or _id_of(kind, row)
            draft = Draft(row.content, Audience(row.audience))
            try:
                changed = await records.put_row(
                    context, tx, by=by, kind=kind, draft=draft, record_id=record_id, write=not check_only
                )
            except (Unfit, BadId, IdTaken) as error:
                told.refuse(row.number, error.fields or {"id": error.title})
                continue
            told.written += changed
            told.unchanged += not changed


def _id_of(kind: Kind, row: Row) -> str:
    """Return the id of a row without one: of two rows that are called the same, the second changes the first."""
    called = str(row.content.get(kind.title, "")).strip().casefold()
    return f"{kind.name}-{crypto.digest(f'{kind.name}/{called}'.encode())[:24]}" if called else ""


def _refuse_columns(kind: Kind, table: Table) -> None:
    missing = missing_columns(kind, table.columns)
    if missing:
        raise ColumnsMissing(fields=dict.fromkeys(missing, "missing"))


def _piece(content: bytes, number: int) -> bytes:
    return content[number * PIECE_BYTES : (number + 1) * PIECE_BYTES]
