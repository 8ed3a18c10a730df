"""Use cases of files: every record that somebody may see as a file, and a file's rows as records."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import closing

import msgspec

from govstack.kernel import audit, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.books import Book, csv_line
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.sheets import PIECE_BYTES, Format, Line
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.model import Given, Intake, Part, Refusal
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import IdTaken, Unfit
from govstack.pillars.learn.records.model import Audience, Kind
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.transfer.errors import ColumnsMissing
from govstack.pillars.learn.transfer.model import (
    Row,
    RowFault,
    Taken,
    cells_of,
    columns_of,
    missing_columns,
    own_columns,
    rows_of,
    told_cells,
)

ROOM = "records"
ROWS_MAX = 50_000
ROWS_TOLD_MAX = 200
ROWS_A_TRANSACTION = 100
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
    between, (id_column, audience_column) = b"[", own_columns(kind)
    async for record in records.each(context, by=by, kind=kind):
        told = {id_column: record.id, audience_column: record.audience, **record.content}
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
) -> Taken | Intake:
    """Write a file's rows as records, a large one's by a job; a row that does not fit is told, the others are written.

    A row without an id has one that follows from what it is called, so the same file again changes nothing. Raises
    FileUnreadable, ColumnsMissing, TooManyFiles.
    """
    given = Given(ROOM, kind.plural, kind.write, check_only)
    told = await intake.take(
        context, by=by, given=given, opening=files_of([kind]).opening, kind=file, content=content
    )  # fmt: skip
    if isinstance(told, Intake):
        return told
    faults = [RowFault(one.number, dict(one.faults)) for one in told.refused]
    return Taken(told.added, told.known, len(faults), faults[:ROWS_TOLD_MAX])


def files_of(kinds: Iterable[Kind]) -> intake.Room:
    """Return how files of records of these kinds are taken in."""
    known = {kind.plural: kind for kind in kinds}

    async def opening(context: Context, by: Actor, given: Given) -> _Records:
        return _Records(context, by, known[given.about], check_only=given.check_only)

    return intake.Room(opening, lambda about: known[about].section, lambda about: f"/{about}/file")


class _Records:
    """Takes rows in as records of a kind, or only checks them."""

    rows_at_once, rows_max = ROWS_A_TRANSACTION, ROWS_MAX

    def __init__(self, context: Context, by: Actor, kind: Kind, *, check_only: bool) -> None:
        self._context, self._by, self._kind, self._writes = context, by, kind, not check_only

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise ColumnsMissing where a required column is missing."""
        missing = missing_columns(self._kind, columns)
        if missing:
            raise ColumnsMissing(fields=dict.fromkeys(missing, "missing"))

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> intake.Writing:
        """Read rows; return what writes those that fit."""
        rows = list(zip(rows_of(self._kind, columns, lines), lines, strict=True))

        async def write(tx: Transaction) -> Part:
            outcome = [(await self._write(tx, row), line) for row, line in rows]
            refused = [
                Refusal(line.number, told, told_cells(columns, line))
                for told, line in outcome
                if not isinstance(told, bool)
            ]
            written = sum(told is True for told, _line in outcome)
            return Part(written, len(outcome) - written - len(refused), refused)

        return write

    async def _write(self, tx: Transaction, row: Row) -> bool | Mapping[str, str]:
        """Tell whether a row changes anything, or what is wrong with it."""
        if row.faults:
            return row.faults
        draft, record_id = Draft(row.content, Audience(row.audience)), row.record_id or _id_of(self._kind, row)
        try:
            return await records.put_row(
                self._context, tx, by=self._by, kind=self._kind, draft=draft, record_id=record_id, write=self._writes
            )
        except (Unfit, BadId, IdTaken) as error:
            return error.fields or {"id": error.title}


def _id_of(kind: Kind, row: Row) -> str:
    """Return the id of a row without one: of two rows that are called the same, the second changes the first."""
    called = str(row.content.get(kind.title, "")).strip().casefold()
    return f"{kind.name}-{crypto.digest(f'{kind.name}/{called}'.encode())[:24]}" if called else ""
