"""Use cases of files of courses and sessions: everything goes out, and what comes in is entered row by row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.sheets import Format
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.response.interchange.errors import TooManyCourseRows
from govstack.pillars.learn.response.interchange.model import (
    ROWS_MAX,
    Fault,
    Taken,
    What,
    built,
    check_columns,
    column_of,
)
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import BeforeItself, UnknownOffering, UnknownSession
from govstack.pillars.learn.response.offerings.model import (
    OFFERINGS_MAX,
    Offering,
    OfferingGiven,
    Session,
    SessionGiven,
    Wanted,
)

CELLS_CHARACTERS_MAX = 40_000_000
TWICE = _("This id stands in an earlier row.")
UNFIT = _("What this cell must hold is missing, or is not written as a file from here has it.")
NO_ID = BadId.title
Shape: TypeAlias = type[OfferingGiven] | type[SessionGiven]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read."""

    number: int
    id: str
    given: Any


async def all_offerings(context: Context) -> list[Offering]:
    """Return every course on offer, drafts and closed ones too."""
    return [one.offering for one in await offerings.catalogue(context, wanted=Wanted(state=""), limit=OFFERINGS_MAX)]


async def all_sessions(context: Context) -> list[Session]:
    """Return every session, past ones too."""
    return await offerings.every_session(context)


async def take(context: Context, *, by: Actor, what: What, kind: Format, content: bytes) -> Taken:
    """Enter the courses or sessions of a file; a row is all that there is of one, and an empty cell is its beginning.

    Rows that are right are entered, each by itself, the others come back with what is wrong; the same file twice
    changes nothing. Raises FileUnreadable, ColumnsWrong and TooManyCourseRows.
    """
    shape, enter = _WAYS[what]
    rows, faults = await asyncio.to_thread(_rows, shape, kind, content)
    changed = known = 0
    waiting: list[tuple[Row, Problem]] = []
    while rows:
        waiting = []
        for row in rows:
            try:
                if await enter(context, by, row):
                    changed += 1
                else:
                    known += 1
            except Problem as problem:
                waiting.append((row, problem))
        later = [row for row, problem in waiting if isinstance(problem, BeforeItself)]
        # A course may come in the file before the one that it asks for.
        if not later or len(waiting) == len(rows):
            break
        faults += [_fault(row, problem) for row, problem in waiting if not isinstance(problem, BeforeItself)]
        rows, waiting = later, []
    faults += [_fault(row, problem) for row, problem in waiting]
    async with context.database.transaction() as tx:
        detail = {"changed": changed, "faults": len(faults)}
        await audit.record(tx, by=by, action="learn.course-file.taken", subject=f"course-file/{what}", detail=detail)
    return Taken(changed, known, tuple(sorted(faults, key=lambda one: one.row)))


async def _offering(context: Context, by: Actor, row: Row) -> bool:
    one = Offering(id=row.id, **msgspec.structs.asdict(row.given))
    try:
        before = await offerings.offering(context, by=by, offering_id=row.id)
    except UnknownOffering:
        before = None
    if before is not None and one == msgspec.structs.replace(before, changed=0):
        return False
    await offerings.put_offering(context, by=by, offering=one)
    return True


async def _session(context: Context, by: Actor, row: Row) -> bool:
    one = offerings.in_currency(context, Session(id=row.id, **msgspec.structs.asdict(row.given)))
    try:
        before = await offerings.session(context, session_id=row.id)
    except UnknownSession:
        before = None
    if before is not None and one == msgspec.structs.replace(before, changed=0, taken=0):
        return False
    await offerings.put_session(context, by=by, session=one)
    return True


_WAYS: Mapping[What, tuple[Shape, Callable[[Context, Actor, Row], Awaitable[bool]]]] = {
    What.OFFERINGS: (OfferingGiven, _offering),
    What.SESSIONS: (SessionGiven, _session),
}


def _rows(shape: Shape, kind: Format, content: bytes) -> tuple[list[Row], list[Fault]]:
    table = intake.table_of(kind, content)
    lines = table.take(ROWS_MAX + 1, CELLS_CHARACTERS_MAX)
    columns = [name.strip() for name in table.columns]
    check_columns(columns, shape)
    if len(lines) > ROWS_MAX:
        raise TooManyCourseRows
    found: list[Row] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for line in lines:
        row = _read(line.number, columns, line.cells, shape) if not line.fault else Fault(line.number, line.fault)
        if isinstance(row, Row) and row.id in seen:
            row = Fault(row.number, TWICE, "id")
        if isinstance(row, Fault):
            faults.append(row)
        else:
            seen.add(row.id)
            found.append(row)
    return found, faults


def _read(number: int, columns: Sequence[str], cells: Sequence[Any], shape: Shape) -> Row | Fault:
    try:
        return Row(number, *built(dict(zip(columns, cells, strict=False)), shape))
    except BadId:
        return Fault(number, NO_ID, "id")
    except msgspec.ValidationError as error:
        return Fault(number, UNFIT, column_of(error))


def _fault(row: Row, problem: Problem) -> Fault:
    column = next(iter(problem.fields), "")
    return Fault(row.number, problem.detail or problem.title, column)
