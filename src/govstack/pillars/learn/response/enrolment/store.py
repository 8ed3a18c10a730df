"""Rows of enrolments; what people need is sealed before it gets here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.response.enrolment.model import ENROLMENTS_MAX, State, TookPart
from govstack.pillars.learn.seating.model import Taken

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An enrolment as a row holds it."""

    id: str
    session_id: str
    person_id: str
    state: State
    ministry_id: str
    gender: str
    needs_sealed: bytes | None
    needs_met: int
    waiting_since: str
    created_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many people of a ministry and gender stand in one state in a session."""

    session_id: str
    state: State
    ministry_id: str
    gender: str
    people: int


async def add(tx: Transaction, kept: Kept) -> bool:
    """Enter somebody, again when they had cancelled or were declined; false when they take part or ask already."""
    return bool(
        await SQL.add(
            tx, id=kept.id, session_id=kept.session_id, person_id=kept.person_id, state=str(kept.state),
            ministry_id=kept.ministry_id, gender=kept.gender, needs_sealed=kept.needs_sealed,
            at=kept.created_at,
        )
    )  # fmt: skip


async def move(tx: Transaction, enrolment_id: str, *, to: State, since: Iterable[State]) -> bool:
    """Move an enrolment on; false when it stands elsewhere."""
    states = sorted(str(one) for one in since)
    return bool(await SQL.move(tx, id=enrolment_id, state=str(to), states=states, at=clock.timestamp()))


async def queue(tx: Transaction, enrolment_id: str) -> None:
    """Put somebody at the end of the waiting list."""
    await SQL.queue(tx, id=enrolment_id, at=clock.timestamp())


async def meet_needs(tx: Transaction, enrolment_id: str, *, met: bool) -> None:
    """Note whether what somebody needs is arranged."""
    await SQL.meet_needs(tx, id=enrolment_id, met=int(met), at=clock.timestamp())


async def by_id(tx: Transaction, enrolment_id: str) -> Kept | None:
    """Return an enrolment."""
    return _kept(await SQL.by_id(tx, id=enrolment_id))


async def of_person_in(tx: Transaction, *, session_id: str, person_id: str) -> Kept | None:
    """Return the enrolment of a person in a session."""
    return _kept(await SQL.of_person_in(tx, session_id=session_id, person_id=person_id))


async def of_people(tx: Transaction, person_ids: Iterable[str]) -> list[Kept]:
    """Return the enrolments of people, newest first."""
    rows = await SQL.of_people(tx, person_ids=sorted(set(person_ids)), limit=ENROLMENTS_MAX)
    return msgspec.convert(rows, list[Kept], strict=False)


async def of_session(tx: Transaction, session_id: str, *, after: str, limit: int) -> list[Kept]:
    """Return the enrolments of a session in the order of their ids."""
    rows = await SQL.of_session(tx, session_id=session_id, after=after, limit=limit)
    return msgspec.convert(rows, list[Kept], strict=False)


async def waiting(tx: Transaction, session_id: str) -> list[Kept]:
    """Return the waiting list in its order."""
    rows = await SQL.waiting(tx, session_id=session_id, limit=ENROLMENTS_MAX)
    return msgspec.convert(rows, list[Kept], strict=False)


async def place_in_queue(tx: Transaction, kept: Kept) -> int:
    """Return the place on the waiting list, 1 for the next one."""
    return int(await SQL.ahead(tx, session_id=kept.session_id, since=kept.waiting_since, id=kept.id))


async def taken(tx: Transaction, session_id: str) -> Taken:
    """Return who has a seat in a session, by ministry and gender."""
    ministries: dict[str, int] = {}
    genders: dict[str, int] = {}
    for row in await SQL.seated(tx, session_id=session_id):
        ministries[row["ministry_id"]] = ministries.get(row["ministry_id"], 0) + int(row["people"])
        genders[row["gender"]] = genders.get(row["gender"], 0) + int(row["people"])
    return Taken(sum(genders.values()), ministries, genders)


async def figures(tx: Transaction, session_ids: Iterable[str]) -> list[Count]:
    """Return how many people stand where in sessions."""
    rows = await SQL.figures(tx, session_ids=sorted(set(session_ids)))
    return msgspec.convert(rows, list[Count], strict=False)


async def completed(tx: Transaction, person_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return which offerings people have completed."""
    found: dict[str, set[str]] = {}
    for row in await SQL.completed(tx, person_ids=sorted(set(person_ids))):
        found.setdefault(row["person_id"], set()).add(row["offering_id"])
    return found


async def completions(tx: Transaction, session_ids: Iterable[str], *, limit: int) -> list[tuple[str, str, str]]:
    """Return who completed what in sessions, as person, offering and session."""
    rows = await SQL.completions(tx, session_ids=sorted(set(session_ids)), limit=limit)
    return [(row["person_id"], row["offering_id"], row["session_id"]) for row in rows]


async def seats(tx: Transaction, session_ids: Iterable[str], *, limit: int) -> list[tuple[str, str, bool]]:
    """Return who has or had a seat in sessions: person, session, and whether they completed it."""
    rows = await SQL.seats(tx, session_ids=sorted(set(session_ids)), limit=limit)
    return [(row["person_id"], row["session_id"], bool(row["done"])) for row in rows]


async def took_part(tx: Transaction, *, now: str, after: str, limit: int) -> list[TookPart]:
    """Return who had a seat in sessions that have begun, in the order of their ids."""
    return [TookPart(**row) for row in await SQL.took_part(tx, now=now, after=after, limit=limit)]


async def let_go_needs(tx: Transaction, *, before: str) -> int:
    """Take away what people told of themselves for sessions that ended before a moment; return how many."""
    return int(await SQL.let_go_needs(tx, before=before))


async def forget_needs(tx: Transaction, person_id: str) -> None:
    """Take away what a person told of themselves."""
    await SQL.forget_needs(tx, person_id=person_id)


def _kept(row: Row | None) -> Kept | None:
    return None if row is None else msgspec.convert(row, Kept, strict=False)
