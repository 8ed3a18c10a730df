"""Rows of courses, registrations, sessions and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.launches.model import Block, Course, Progress, Registration, Session

SQL = queries(__file__)


async def put_course(tx: Transaction, course: Course, *, created_at: str) -> None:
    """Enter a course or change it."""
    structure = msgspec.json.encode(course.structure).decode()
    await SQL.put_course(tx, id=course.id, structure=structure, open=int(course.open), created_at=created_at)


async def course(tx: Transaction, course_id: str) -> Course | None:
    """Return a course."""
    row = await SQL.course(tx, id=course_id)
    return None if row is None else _course(row)


async def courses(tx: Transaction, *, after: str, limit: int, open_only: bool = False) -> list[Course]:
    """Return courses in the order of their ids, those that are open to everybody when asked for."""
    return [_course(row) for row in await SQL.courses(tx, after=after, limit=limit, least=int(open_only))]


def _course(row: Row) -> Course:
    return Course(row["id"], msgspec.json.decode(row["structure"], type=Block), bool(row["open"]))


async def units_worked_on(tx: Transaction, course_id: str) -> set[str]:
    """Return the units of a course that anybody opened."""
    return {row["unit_id"] for row in await SQL.units_worked_on(tx, course_id=course_id)}


async def register(tx: Transaction, *, id: str, course_id: str, learner_id: str, created_at: str) -> bool:  # noqa: A002
    """Register a learner; false when they were before."""
    return bool(await SQL.register(tx, id=id, course_id=course_id, learner_id=learner_id, created_at=created_at))


async def registration_of(tx: Transaction, *, course_id: str, learner_id: str) -> Registration | None:
    """Return the registration of a learner in a course."""
    return _registration(await SQL.registration_of(tx, course_id=course_id, learner_id=learner_id))


async def registration(tx: Transaction, registration_id: str) -> Registration | None:
    """Return a registration."""
    return _registration(await SQL.registration(tx, id=registration_id))


async def hold_registration(tx: Transaction, registration_id: str) -> Registration | None:
    """Return a registration that nobody else changes until the end of the transaction."""
    return _registration(await SQL.hold_registration(tx, id=registration_id))


def _registration(row: Row | None) -> Registration | None:
    return None if row is None else msgspec.convert(row, Registration, strict=False)


async def registrations_of(tx: Transaction, *, learner_id: str, limit: int) -> list[Registration]:
    """Return the registrations of a learner, the newest first."""
    rows = await SQL.registrations_of(tx, learner_id=learner_id, limit=limit)
    return msgspec.convert(rows, list[Registration], strict=False)


async def looked_at(tx: Transaction, registration_id: str, *, position: int) -> None:
    """Note how far the statements of a registration were looked at."""
    await SQL.looked_at(tx, id=registration_id, position=position)


async def satisfied(tx: Transaction, registration_id: str, *, at: str) -> bool:
    """Note that the course is satisfied; false when it was before."""
    return bool(await SQL.satisfied(tx, id=registration_id, at=at))


async def progress(tx: Transaction, registration_id: str) -> dict[str, Progress]:
    """Return what came of each part."""
    rows = await SQL.progress(tx, registration_id=registration_id)
    return {one.part_id: one for one in msgspec.convert(rows, list[Progress], strict=False)}


async def put_progress(tx: Transaction, registration_id: str, parts: Iterable[Progress]) -> None:
    """Keep what came of parts; moments that are kept already stay."""
    batch = [{"registration_id": registration_id, **asdict(one)} for one in parts]
    if batch:
        await SQL.put_progress(tx, batch)


async def add_session(tx: Transaction, session: Session, *, fetch_hash: str) -> None:
    """Add a session."""
    await SQL.add_session(
        tx, id=session.id, registration_id=session.registration_id, unit_id=session.unit_id, mode=session.mode,
        mastery_score=session.mastery_score, fetch_hash=fetch_hash, created_at=session.created_at,
        expires_at=session.expires_at,
    )  # fmt: skip


async def by_fetch(tx: Transaction, fetch_hash: str) -> Session | None:
    """Return the session whose credential is fetched from an address."""
    row = await SQL.by_fetch(tx, fetch_hash=fetch_hash)
    return None if row is None else msgspec.convert(row, Session, strict=False)


async def fetch(tx: Transaction, session_id: str, *, at: str) -> bool:
    """Note that the credential was fetched; false when it was before, or may not be any more."""
    return bool(await SQL.fetch(tx, id=session_id, at=at))


async def sessions(tx: Transaction, registration_id: str, ids: Sequence[str]) -> dict[str, Session]:
    """Return sessions of a registration by id."""
    rows = await SQL.sessions(tx, registration_id=registration_id, ids=list(ids))
    return {one.id: one for one in msgspec.convert(rows, list[Session], strict=False)}


async def open_sessions(tx: Transaction, registration_id: str) -> list[Session]:
    """Return the sessions of a registration that have not ended."""
    rows = await SQL.open_sessions(tx, registration_id=registration_id)
    return msgspec.convert(rows, list[Session], strict=False)


async def expired_sessions(tx: Transaction, *, now: str, limit: int) -> list[Session]:
    """Return sessions that have not ended and may not go on."""
    return msgspec.convert(await SQL.expired_sessions(tx, now=now, limit=limit), list[Session], strict=False)


async def initialize(tx: Transaction, session_id: str, *, at: str) -> None:
    """Note that the unit began."""
    await SQL.initialize(tx, id=session_id, at=at)


async def end(tx: Transaction, session_id: str, *, at: str, abandoned: bool) -> bool:
    """Note that a session ended; false when it had."""
    return bool(await SQL.end(tx, id=session_id, at=at, abandoned=int(abandoned)))


async def forget(tx: Transaction, *, learner_id: str) -> int:
    """Remove the registrations of a learner with all that belongs to them."""
    return int(await SQL.forget(tx, learner_id=learner_id))
