"""Rows of certifications, and of who teaches which session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.response.trainers.model import CERTIFICATIONS_MAX, Certification

SQL = queries(__file__)


async def add(tx: Transaction, one: Certification) -> None:
    """Enter a certification."""
    await SQL.add(
        tx, id=one.id, person_id=one.learner_id, offering_id=one.offering_id, certified_by=one.certified_by,
        authority=one.authority, since=one.since.isoformat(), until=one.until.isoformat(), at=clock.timestamp(),
    )  # fmt: skip


async def finish(tx: Transaction, certification_id: str) -> bool:
    """End a certification early; false when it is not there or was ended."""
    return bool(await SQL.finish(tx, id=certification_id, at=clock.timestamp()))


async def by_id(tx: Transaction, certification_id: str) -> Certification | None:
    """Return a certification."""
    row = await SQL.by_id(tx, id=certification_id)
    return _read(row) if row else None


async def of_offering(tx: Transaction, offering_id: str) -> list[Certification]:
    """Return all certifications for a course, also those that ended."""
    return [_read(row) for row in await SQL.of_offering(tx, offering_id=offering_id, limit=CERTIFICATIONS_MAX)]


async def of_people(tx: Transaction, person_ids: Iterable[str]) -> list[Certification]:
    """Return all certifications of people, also those that ended."""
    rows = await SQL.of_people(tx, person_ids=sorted(set(person_ids)), limit=CERTIFICATIONS_MAX)
    return [_read(row) for row in rows]


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Certification]:
    """Return certifications in the order in which they were entered."""
    return [_read(row) for row in await SQL.listed(tx, after=after, limit=limit)]


async def assign(tx: Transaction, *, session_id: str, person_id: str) -> None:
    """Let somebody teach a session."""
    await SQL.assign(tx, session_id=session_id, person_id=person_id)


async def release(tx: Transaction, *, session_id: str, person_id: str) -> None:
    """Let somebody teach a session no more."""
    await SQL.release(tx, session_id=session_id, person_id=person_id)


async def of_sessions(tx: Transaction, session_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return who teaches sessions."""
    found: dict[str, list[str]] = {}
    for row in await SQL.of_sessions(tx, session_ids=sorted(set(session_ids))):
        found.setdefault(row["session_id"], []).append(row["person_id"])
    return found


async def of_person(tx: Transaction, person_id: str, *, limit: int) -> list[str]:
    """Return the ids of the sessions that somebody teaches, those that were entered last first."""
    return [row["session_id"] for row in await SQL.of_person(tx, person_id=person_id, limit=limit)]


async def release_all(tx: Transaction, person_id: str) -> None:
    """Take somebody off every session."""
    await SQL.release_all(tx, person_id=person_id)


async def set_named(tx: Transaction, person_id: str, *, named: bool) -> None:
    """Keep whether somebody agreed to be named to everybody as a trainer."""
    if named:
        await SQL.agree(tx, person_id=person_id, at=clock.timestamp())
    else:
        await SQL.withdraw(tx, person_id=person_id)


async def agreed(tx: Transaction, person_ids: Iterable[str]) -> set[str]:
    """Return who of some people agreed to be named."""
    return {row["person_id"] for row in await SQL.agreed(tx, person_ids=sorted(set(person_ids)))}


def _read(row: Row) -> Certification:
    return Certification(
        **{**row, "since": date.fromisoformat(row["since"]), "until": date.fromisoformat(row["until"])}
    )
