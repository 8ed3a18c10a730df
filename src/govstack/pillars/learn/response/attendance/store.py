"""Rows of attendance, results and certificates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.response.attendance.model import Mark, Outcome, Result

SQL = queries(__file__)


async def note(tx: Transaction, *, enrolment_id: str, day: date, how: str) -> bool:
    """Note that somebody was there, by code or paper; false when it is noted."""
    return bool(await SQL.note(tx, enrolment_id=enrolment_id, day=day.isoformat(), how=how, at=clock.timestamp()))


async def mark(tx: Transaction, *, enrolment_id: str, day: date, mark: Mark) -> bool:
    """Note how somebody was there, as whoever keeps the session; false when it is noted so."""
    return bool(
        await SQL.mark(
            tx, enrolment_id=enrolment_id, day=day.isoformat(), mark=mark.value, how="trainer", at=clock.timestamp()
        )
    )  # fmt: skip


async def marks(tx: Transaction, enrolment_ids: Iterable[str]) -> dict[str, dict[date, Mark]]:
    """Return what is noted of people, by enrolment and day."""
    found: dict[str, dict[date, Mark]] = {}
    for row in await SQL.marks(tx, enrolment_ids=list(enrolment_ids)):
        found.setdefault(row["enrolment_id"], {})[date.fromisoformat(row["day"])] = Mark(row["mark"])
    return found


async def put_result(tx: Transaction, enrolment_id: str, result: Result) -> None:
    """Keep what came of a part."""
    await SQL.put_result(
        tx, enrolment_id=enrolment_id, part=result.part, done=int(result.done), percent=result.percent,
        at=clock.timestamp(),
    )  # fmt: skip


async def results(tx: Transaction, enrolment_ids: Iterable[str]) -> dict[str, list[Result]]:
    """Return what came of the parts."""
    found: dict[str, list[Result]] = {}
    for row in await SQL.results(tx, enrolment_ids=list(enrolment_ids)):
        one = Result(part=int(row["part"]), done=bool(row["done"]), percent=row["percent"])
        found.setdefault(row["enrolment_id"], []).append(one)
    return found


async def certify(tx: Transaction, *, certificate_id: str, enrolment_id: str, reached: Outcome) -> bool:
    """Issue a certificate; false when there is one."""
    return bool(
        await SQL.certify(
            tx, id=certificate_id, enrolment_id=enrolment_id, attendance_percent=reached.attendance_percent,
            assessment_percent=reached.assessment_percent, at=clock.timestamp(),
        )
    )  # fmt: skip


async def reached(tx: Transaction, enrolment_id: str) -> tuple[int, int | None] | None:
    """Return attendance and tests in per cent as a certificate says them, None without one."""
    row = await SQL.reached(tx, enrolment_id=enrolment_id)
    return (int(row["attendance_percent"]), row["assessment_percent"]) if row else None


async def certified_in(tx: Transaction, offering_id: str, *, after: str, limit: int) -> list[str]:
    """Return people with a certificate of an offering, by their ids."""
    rows = await SQL.certified_in(tx, offering_id=offering_id, after=after, limit=limit)
    return [row["person_id"] for row in rows]


async def certificates_of(tx: Transaction, offering_id: str, person_id: str, *, limit: int) -> list[str]:
    """Return the enrolments of somebody in an offering that have a certificate, those issued first first."""
    rows = await SQL.certificates_of(tx, offering_id=offering_id, person_id=person_id, limit=limit)
    return [row["enrolment_id"] for row in rows]


async def count_certified(tx: Transaction, offering_id: str) -> int:
    """Return how many people have a certificate of an offering."""
    return int(await SQL.count_certified(tx, offering_id=offering_id))


async def certificates(tx: Transaction, enrolment_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return number and moment of the certificates that were issued."""
    rows = await SQL.certificates(tx, enrolment_ids=list(enrolment_ids))
    return {row["enrolment_id"]: (row["id"], row["issued_at"]) for row in rows}


async def absent(tx: Transaction, session_ids: Sequence[str]) -> dict[str, int]:
    """Return how many places were marked absent, in sessions in which nobody was marked otherwise."""
    rows = await SQL.absent(tx, session_ids=list(session_ids))
    return {row["session_id"]: int(row["places"]) for row in rows}
