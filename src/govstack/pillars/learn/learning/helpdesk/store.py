"""Rows of questions to helpdesks; words are sealed before they get here."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.helpdesk.model import WAITING_MAX, Kept

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Row:
    """A question as a row holds it."""

    id: str
    course_id: str
    asker_id: str | None
    words_sealed: bytes | None
    asked_at: str
    due_at: str
    answer_sealed: bytes | None
    answered_by: str | None
    answered_at: str | None


async def add(
    tx: Transaction, *, question_id: str, course_id: str, asker_id: str, sealed: bytes, asked_at: str, due_at: str
) -> None:
    """Enter a question."""
    await SQL.add(
        tx, id=question_id, course_id=course_id, asker_id=asker_id, words_sealed=sealed, asked_at=asked_at,
        due_at=due_at,
    )  # fmt: skip


async def answer(tx: Transaction, question_id: str, *, sealed: bytes, by: str, at: str) -> bool:
    """Enter the answer to a question; false when it has one."""
    return bool(await SQL.answer(tx, id=question_id, answer_sealed=sealed, by=by, at=at))


async def by_id(tx: Transaction, question_id: str) -> Row | None:
    """Return a question."""
    row = await SQL.by_id(tx, id=question_id)
    return Row(**row) if row else None


async def lock_asker(tx: Transaction, asker_id: str) -> None:
    """Let nobody else enter a question of this person until the transaction ends."""
    await SQL.lock_asker(tx, asker_id=asker_id)


async def waiting_of(tx: Transaction, *, asker_id: str, course_id: str) -> list[Row]:
    """Return what somebody asked about a course and nobody answered."""
    rows = await SQL.waiting_of(tx, asker_id=asker_id, course_id=course_id, limit=WAITING_MAX)
    return [Row(**row) for row in rows]


async def of_asker(tx: Transaction, *, asker_id: str, course_id: str, limit: int) -> list[Row]:
    """Return what somebody asked, newest first."""
    rows = await SQL.of_asker(tx, asker_id=asker_id, course_id=course_id, limit=limit)
    return [Row(**row) for row in rows]


async def waiting(tx: Transaction, *, course_id: str, after: Row | None, limit: int) -> list[Row]:
    """Return what nobody answered, in the order in which it is due."""
    rows = await SQL.waiting(
        tx, course_id=course_id, after_due=after.due_at if after else "", after=after.id if after else "", limit=limit
    )
    return [Row(**row) for row in rows]


async def listed(tx: Transaction, *, course_id: str, after: str, limit: int) -> list[Row]:
    """Return questions whose words are kept, by their ids."""
    return [Row(**row) for row in await SQL.listed(tx, course_id=course_id, after=after, limit=limit)]


async def figures(tx: Transaction, *, course_id: str, after: str, now: str, limit: int) -> list[Kept]:
    """Count the questions of each course at a moment."""
    rows = await SQL.figures(tx, course_id=course_id, after=after, now=now, limit=limit)
    return [msgspec.convert(Kept(**row), Kept) for row in rows]


async def let_go(tx: Transaction, *, before: str) -> int:
    """Cut questions that were answered before a moment from their words and askers; return how many."""
    return int(await SQL.let_go(tx, before=before))


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what waits of somebody, and cut the rest from them."""
    await SQL.forget_waiting(tx, person_id=person_id)
    await SQL.forget_answered(tx, person_id=person_id)
