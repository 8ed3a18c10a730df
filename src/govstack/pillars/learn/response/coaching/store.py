"""Rows of coaching; words are sealed before they get here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.response.coaching.model import COACHINGS_MAX, GOALS_MAX, NOTES_MAX, Coaching

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class KeptGoal:
    """A goal as a row holds it."""

    id: str
    competency_id: str
    from_level: int
    to_level: int
    reached: int
    words_sealed: bytes


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note as a row holds it."""

    id: str
    author_id: str
    day: str
    words_sealed: bytes
    created_at: str


async def add(tx: Transaction, one: Coaching) -> None:
    """Enter a coaching."""
    await SQL.add(
        tx, id=one.id, coach_id=one.coach_id, coachee_id=one.coachee_id, supervisor_id=one.supervisor_id,
        created_at=one.created_at,
    )  # fmt: skip


async def finish(tx: Transaction, coaching_id: str) -> bool:
    """End a coaching; false when it has ended."""
    return bool(await SQL.finish(tx, id=coaching_id, at=clock.timestamp()))


async def by_id(tx: Transaction, coaching_id: str) -> Coaching | None:
    """Return a coaching."""
    row = await SQL.by_id(tx, id=coaching_id)
    return Coaching(**row) if row else None


async def hold(tx: Transaction, coaching_id: str) -> Coaching | None:
    """Return a coaching that nobody else changes until the transaction ends."""
    row = await SQL.hold(tx, id=coaching_id)
    return Coaching(**row) if row else None


async def of_person(tx: Transaction, person_id: str) -> list[Coaching]:
    """Return what somebody is part of, newest first."""
    return [Coaching(**row) for row in await SQL.of_person(tx, person_id=person_id, limit=COACHINGS_MAX)]


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Coaching]:
    """Return coachings in the order in which they began."""
    return [Coaching(**row) for row in await SQL.listed(tx, after=after, limit=limit)]


async def add_goal(
    tx: Transaction, coaching_id: str, *, goal_id: str, competency_id: str, levels: tuple[int, int], sealed: bytes
) -> None:
    """Enter a goal."""
    await SQL.add_goal(
        tx, id=goal_id, coaching_id=coaching_id, competency_id=competency_id, from_level=levels[0],
        to_level=levels[1], words_sealed=sealed, at=clock.timestamp(),
    )  # fmt: skip


async def reach(tx: Transaction, coaching_id: str, *, goal_id: str, reached: bool) -> bool:
    """Say whether a goal is reached; false when there is none."""
    return bool(await SQL.reach(tx, id=goal_id, coaching_id=coaching_id, reached=int(reached)))


async def goals(tx: Transaction, coaching_id: str) -> list[KeptGoal]:
    """Return the goals in the order in which they were set."""
    rows = await SQL.goals(tx, coaching_id=coaching_id, limit=GOALS_MAX)
    return msgspec.convert(rows, list[KeptGoal], strict=False)


async def add_note(
    tx: Transaction, coaching_id: str, *, note_id: str, author_id: str, day: date, sealed: bytes
) -> None:
    """Enter a note."""
    await SQL.add_note(
        tx, id=note_id, coaching_id=coaching_id, author_id=author_id, day=day.isoformat(), words_sealed=sealed,
        at=clock.timestamp(),
    )  # fmt: skip


async def notes(tx: Transaction, coaching_id: str) -> list[KeptNote]:
    """Return the notes, the newest day first."""
    rows = await SQL.notes(tx, coaching_id=coaching_id, limit=NOTES_MAX)
    return msgspec.convert(rows, list[KeptNote], strict=False)


async def let_go(tx: Transaction, *, before: str) -> int:
    """Take away notes and goals of coachings that ended before a moment; return how many."""
    gone = int(await SQL.let_go_notes(tx, before=before))
    return gone + int(await SQL.let_go_goals(tx, before=before))


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what was written about or by somebody, and end what they were part of."""
    # Ended first: nothing is written any more once that is through, and what was written meanwhile goes too.
    await SQL.finish_all(tx, person_id=person_id, at=clock.timestamp())
    await SQL.forget_notes(tx, person_id=person_id)
    await SQL.forget_goals(tx, person_id=person_id)
    await SQL.no_supervisor(tx, person_id=person_id)
