"""Use cases of files of people and organisations: rows that fit are entered, the others are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import msgspec

from govstack.kernel import ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.sheets import Format, Line
from govstack.pillars.learn.directory.errors import ColumnsOfOrganisations, ColumnsOfPeople, EntryRefused
from govstack.pillars.learn.directory.model import (
    ERASED,
    ID_TAKEN,
    NAMELESS,
    NAMES,
    NO_ID,
    NO_MANAGER,
    NO_PARENT,
    NUMBER_TAKEN,
    ORGANISATIONS,
    PEOPLE,
    TWICE,
    TWICE_ORGANISATION,
    Cells,
    Faults,
    One,
    cells_of,
    in_order,
    matched,
    organisation_of,
    person_of,
)
from govstack.pillars.learn.frame.model import ADMINISTER, is_id
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.model import Given, Intake, Part, Refusal
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import ORGANISATIONS_MAX, Organisation, Person, loops
from govstack.pillars.learn.transfer.model import RowFault, Taken

PEOPLE_ROOM, ORGANISATIONS_ROOM = "people", "organisations"
ROWS_MAX = 500_000
ROWS_AT_ONCE = 500
ROWS_TOLD_MAX = 200
FILE_BYTES_MAX = 20_000_000


async def take(
    context: Context, *, by: Actor, room: str, file: Format, content: bytes, check_only: bool = False
) -> Taken | Intake:
    """Enter the people or organisations of a file, a large one's by a job; the same file again changes nothing.

    Raises FileUnreadable, ColumnsOfPeople, ColumnsOfOrganisations and TooManyFiles.
    """
    given = Given(room, "", ADMINISTER, check_only)
    told = await intake.take(context, by=by, given=given, opening=FILES[room].opening, kind=file, content=content)
    if isinstance(told, Intake):
        return told
    faults = [RowFault(one.number, dict(one.faults)) for one in told.refused]
    return Taken(told.added, told.known, len(faults), faults[:ROWS_TOLD_MAX])


async def enter_person(context: Context, *, by: Actor, person_id: str, told: Cells) -> None:
    """Enter a person as a form tells them, or change them ("" for somebody new); raises EntryRefused."""
    taker = _People(context, by, check_only=False)
    async with context.database.transaction() as tx:
        found = await taker.read(tx, {0: {**told, "id": person_id or ids.new_id()}})
        if found.faults:
            raise EntryRefused(fields=found.faults[0])
        if found.fit:
            await people.put_in(context, tx, by=by, people=list(found.fit.values()))


async def enter_organisation(context: Context, *, by: Actor, organisation_id: str, told: Cells) -> None:
    """Enter an organisation as a form tells it, or change it ("" for a new one); raises EntryRefused."""
    taker = _Organisations(context, by, check_only=False)
    chosen = organisation_id or str(told.get("id", "")) or ids.new_id()
    async with context.database.transaction() as tx:
        if not organisation_id and chosen in await people.organisations_present(tx):
            raise EntryRefused(fields={"id": ID_TAKEN})
        found = await taker.read(tx, {0: {**told, "id": chosen}})
        if found.faults:
            raise EntryRefused(fields=found.faults[0])
        if found.fit:
            await people.put_organisations_in(tx, by=by, organisations=list(found.fit.values()))


async def _people(context: Context, by: Actor, given: Given) -> _People:
    return _People(context, by, check_only=given.check_only)


async def _organisations(context: Context, by: Actor, given: Given) -> _Organisations:
    return _Organisations(context, by, check_only=given.check_only)


FILES: Mapping[str, intake.Room] = {
    PEOPLE_ROOM: intake.Room(_people, lambda _about: "people", lambda _about: "/enter-people"),
    ORGANISATIONS_ROOM: intake.Room(_organisations, lambda _about: "people", lambda _about: "/enter-organisations"),
}


@dataclass(frozen=True, slots=True)
class _Found(Generic[One]):
    """What rows come to: those that change something, in which order they are entered, and what is wrong, by row."""

    fit: Mapping[int, One]
    order: Sequence[int]
    faults: Mapping[int, Faults]


def _part(changed: int, rows: Mapping[int, Cells], refused: Mapping[int, Faults]) -> Part:
    told = {number: {name: _shown(cell) for name, cell in row.items()} for number, row in rows.items()}
    return Part(
        changed, len(rows) - changed - len(refused),
        [Refusal(number, refused[number], told[number]) for number in sorted(refused)],
    )  # fmt: skip


def _shown(cell: Any) -> str:
    """Return a cell as it is handed back to be put right."""
    if isinstance(cell, list):
        return "; ".join(str(one) for one in cell)
    return msgspec.json.encode(cell).decode() if isinstance(cell, dict) else str(cell)


class _People:
    """Takes rows in as people; whom a row is about is told by its id, else by its number."""

    rows_at_once, rows_max = ROWS_AT_ONCE, ROWS_MAX

    def __init__(self, context: Context, by: Actor, *, check_only: bool) -> None:
        self._context, self._by, self._writes = context, by, not check_only

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise ColumnsOfPeople where nobody could be told from anybody else."""
        names = matched(columns, PEOPLE)
        if "name" not in names or not {"id", "number"} & set(names):
            raise ColumnsOfPeople

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> intake.Writing:
        """Read rows; return what enters the people of those that fit."""
        names = matched(columns, PEOPLE)
        rows = {line.number: cells_of(names, line.cells) for line in lines}
        faults = {line.number: {"": line.fault} for line in lines if line.fault}

        async def write(tx: Transaction) -> Part:
            found = await self.read(tx, {number: row for number, row in rows.items() if number not in faults})
            refused = {**faults, **found.faults}
            changed = [found.fit[number] for number in found.order if number in found.fit]
            if changed and self._writes:
                await people.put_in(self._context, tx, by=self._by, people=changed)
            return _part(len(changed), rows, refused)

        return write

    async def read(self, tx: Transaction, rows: Mapping[int, Cells]) -> _Found[Person]:
        """Return what rows come to beside what is known now."""
        named = {str(row.get(name, "")) for row in rows.values() for name in ("id", "number", "managerId")} - {""}
        known = {one.id: one for one in await people.named_in(self._context, tx, names=named)}
        by_number = {one.number: one for one in known.values() if one.number}
        organisations = _by_name(await people.organisations_in(tx))
        told: dict[int, Person] = {}
        faults: dict[int, Faults] = {}
        for number, row in rows.items():
            read = _person(row, known, by_number, organisations)
            if isinstance(read, Person):
                told[number] = read
            else:
                faults[number] = read
        faults |= _twice(told)
        told = {number: one for number, one in told.items() if number not in faults}
        told = _with_managers(told, known, by_number)
        living = {one.id for one in known.values() if not one.erased}
        order, lost = in_order(told, above=lambda one: one.manager_id, key=lambda one: one.id, there=living)
        faults |= {number: {"managerId": NO_MANAGER} for number in lost}
        fit = {number: told[number] for number in order if known.get(told[number].id) != told[number]}
        return _Found(fit, order, faults)


def _person(
    row: Cells, known: Mapping[str, Person], by_number: Mapping[str, Person], organisations: Mapping[str, str | None]
) -> Person | Faults:
    """Return the person of a row, who may be here already, or what is wrong by column."""
    person_id, number = str(row.get("id", "")), str(row.get("number", ""))
    if not person_id and not number:
        return {"number": NAMELESS}
    if person_id and not is_id(person_id):
        return {"id": NO_ID}
    holder = by_number.get(number)
    before = known.get(person_id) if person_id else holder
    if before is not None and before.erased:
        return {"id": ERASED}
    read = person_of(row, before, person_id or (before.id if before else ids.new_id()), organisations)
    if person_id and holder is not None and holder.id != person_id:
        return {"number": NUMBER_TAKEN, **({} if isinstance(read, Person) else read)}
    return read


def _twice(told: Mapping[int, Person]) -> dict[int, Faults]:
    """Return the rows that say something of somebody whom a row above them is about."""
    seen: set[str] = set()
    faults: dict[int, Faults] = {}
    for number, one in told.items():
        marks = {f"id {one.id}", *([f"number {one.number}"] if one.number else [])}
        if marks & seen:
            faults[number] = {"number" if one.number else "id": TWICE}
        seen |= marks
    return faults


def _with_managers(
    told: Mapping[int, Person], known: Mapping[str, Person], by_number: Mapping[str, Person]
) -> dict[int, Person]:
    """Return people with the ids of their managers, who are named by id or number, in the file or known before."""
    here = {one.id: one.id for one in known.values()} | {number: one.id for number, one in by_number.items()}
    here |= {one.number: one.id for one in told.values() if one.number} | {one.id: one.id for one in told.values()}
    return {
        number: msgspec.structs.replace(one, manager_id=here.get(one.manager_id, one.manager_id))
        if one.manager_id
        else one
        for number, one in told.items()
    }


def _by_name(organisations: Iterable[Organisation]) -> dict[str, str | None]:
    """Return the id of each organisation by its id and its names; None for a name that several bear."""
    found: dict[str, str | None] = {}
    for one in organisations:
        for name in {text.casefold() for text in one.names.values()}:
            found[name] = None if name in found else one.id
    return found | {one.id: one.id for one in organisations}


class _Organisations:
    """Takes rows in as organisations."""

    rows_at_once, rows_max = ROWS_AT_ONCE, ORGANISATIONS_MAX

    def __init__(self, context: Context, by: Actor, *, check_only: bool) -> None:
        self._context, self._by, self._writes = context, by, not check_only

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise ColumnsOfOrganisations where a column is missing."""
        names = matched(columns, ORGANISATIONS)
        named = "names" in columns or any(name.startswith(NAMES) for name in names)
        if "id" not in names or not named:
            raise ColumnsOfOrganisations

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> intake.Writing:
        """Read rows; return what enters the organisations of those that fit."""
        names = [
            "names" if own == "names" else name
            for own, name in zip(columns, matched(columns, ORGANISATIONS), strict=True)
        ]
        rows = {line.number: cells_of(names, line.cells) for line in lines}
        faults = {line.number: {"": line.fault} for line in lines if line.fault}

        async def write(tx: Transaction) -> Part:
            found = await self.read(tx, {number: row for number, row in rows.items() if number not in faults})
            changed = [found.fit[number] for number in found.order if number in found.fit]
            if changed and self._writes:
                await people.put_organisations_in(tx, by=self._by, organisations=changed)
            return _part(len(changed), rows, {**faults, **found.faults})

        return write

    async def read(self, tx: Transaction, rows: Mapping[int, Cells]) -> _Found[Organisation]:
        """Return what rows come to beside what is known now."""
        known = {one.id: one for one in await people.organisations_in(tx)}
        told: dict[int, Organisation] = {}
        faults: dict[int, Faults] = {}
        seen: set[str] = set()
        for number, row in rows.items():
            read = organisation_of(row, known.get(str(row["id"])))
            if not isinstance(read, Organisation):
                faults[number] = read
            elif read.id in seen:
                faults[number] = {"id": TWICE_ORGANISATION}
            else:
                told[number] = read
                seen.add(read.id)
        order, lost = in_order(told, above=lambda one: one.parent_id, key=lambda one: one.id, there=known)
        fit: dict[int, Organisation] = {}
        now = dict(known)
        for number in order:
            one = told[number]
            if loops(now.values(), one):
                lost.append(number)
            elif now.get(one.id) != one:
                fit[number] = now[one.id] = one
        return _Found(fit, order, faults | {number: {"parentId": NO_PARENT} for number in lost})
