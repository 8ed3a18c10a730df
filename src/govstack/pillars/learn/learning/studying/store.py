"""Rows of what learners did in courses."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.courses.model import PAGES_MAX
from govstack.pillars.learn.learning.studying.model import HANDINS_MAX, STARTS_MAX, Start, WorkState

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Work as a row holds it."""

    id: str
    course_id: str
    learner_id: str
    page_id: str
    sealed: bytes | None
    state: WorkState
    remark_sealed: bytes | None
    handed_at: str
    reviewed_by: str
    reviewed_at: str


async def begin(tx: Transaction, *, course_id: str, learner_id: str, version: int, at: str) -> bool:
    """Keep that a learner began a course; false when they had."""
    begun = await SQL.begin(tx, course_id=course_id, learner_id=learner_id, version=version, started_at=at)
    return bool(begun)


async def learners(tx: Transaction, *, course_id: str, after: str, limit: int) -> list[str]:
    """Return who began a course, in the order of their ids."""
    rows = await SQL.learners(tx, course_id=course_id, after=after, limit=limit)
    return [str(row["learner_id"]) for row in rows]


async def start(tx: Transaction, *, course_id: str, learner_id: str) -> Start | None:
    """Return a course that a learner began."""
    row = await SQL.start(tx, course_id=course_id, learner_id=learner_id)
    return None if row is None else Start(**row)


async def hold(tx: Transaction, one: Start) -> None:
    """Let nobody else change how far a learner has come in a course until the end of the transaction."""
    await SQL.hold(tx, course_id=one.course_id, learner_id=one.learner_id)


async def starts(tx: Transaction, learner_id: str) -> list[Start]:
    """Return the courses that a learner began."""
    return [Start(**row) for row in await SQL.starts(tx, learner_id=learner_id, limit=STARTS_MAX)]


async def all_starts(tx: Transaction, *, after: Start | None, limit: int) -> list[Start]:
    """Return the courses that anybody began, by course and learner."""
    rows = await SQL.all_starts(
        tx, course_id=after.course_id if after else "", learner_id=after.learner_id if after else "", limit=limit
    )
    return [Start(**row) for row in rows]


async def completed(tx: Transaction, course_id: str, *, after: str, limit: int) -> list[tuple[str, int]]:
    """Return learners who completed a course, by their ids, with the version of each."""
    rows = await SQL.completed(tx, course_id=course_id, after=after, limit=limit)
    return [(row["learner_id"], int(row["version"])) for row in rows]


async def go_to(tx: Transaction, one: Start, page_id: str, *, at: str) -> None:
    """Keep on which page a learner is."""
    await SQL.go_to(tx, course_id=one.course_id, learner_id=one.learner_id, page_id=page_id, changed_at=at)


async def complete(tx: Transaction, one: Start, *, at: str) -> bool:
    """Keep that a learner completed a course; false when they had."""
    return bool(await SQL.complete(tx, course_id=one.course_id, learner_id=one.learner_id, completed_at=at))


async def do(tx: Transaction, one: Start, page_id: str, *, at: str) -> bool:
    """Keep that a page is done; false when it was."""
    return bool(await SQL.do(tx, course_id=one.course_id, learner_id=one.learner_id, page_id=page_id, done_at=at))


async def done(tx: Transaction, one: Start) -> list[str]:
    """Return the pages that are done."""
    rows = await SQL.done(tx, course_id=one.course_id, learner_id=one.learner_id, limit=PAGES_MAX * 10)
    return [row["page_id"] for row in rows]


async def hand_in(tx: Transaction, *, work_id: str, one: Start, page_id: str, sealed: bytes, at: str) -> None:
    """Keep work."""
    await SQL.hand_in(
        tx, id=work_id, course_id=one.course_id, learner_id=one.learner_id, page_id=page_id, sealed=sealed,
        handed_at=at,
    )  # fmt: skip


async def work(tx: Transaction, work_id: str) -> Kept | None:
    """Return work."""
    row = await SQL.work(tx, id=work_id)
    return None if row is None else _kept(row)


async def waiting(tx: Transaction, course_id: str) -> list[Kept]:
    """Return work that nobody has looked at, the oldest first."""
    return [_kept(row) for row in await SQL.waiting(tx, course_id=course_id, limit=HANDINS_MAX)]


async def theirs(tx: Transaction, one: Start, page_id: str = "") -> list[Kept]:
    """Return the work of a learner for a course or one of its pages, newest first."""
    rows = await SQL.theirs(tx, learner_id=one.learner_id, course_id=one.course_id, page_id=page_id, limit=HANDINS_MAX)
    return [_kept(row) for row in rows]


async def judge(tx: Transaction, work_id: str, *, state: WorkState, remark_sealed: bytes, by: str, at: str) -> bool:
    """Keep what was said about work; false when somebody did before."""
    return bool(
        await SQL.judge(tx, id=work_id, state=state.value, remark_sealed=remark_sealed, reviewed_by=by, reviewed_at=at)
    )


async def figures(tx: Transaction, course_id: str) -> tuple[int, int, int]:
    """Return how many began and completed a course, and how much work waits."""
    row = await SQL.figures(tx, course_id=course_id)
    assert row is not None
    return int(row["begun"]), int(row["completed"]), int(await SQL.count_waiting(tx, course_id=course_id))


async def forget(tx: Transaction, learner_id: str) -> None:
    """Take away what a person wrote, and what was written about it."""
    await SQL.forget(tx, learner_id=learner_id)


def _kept(row: Row) -> Kept:
    return msgspec.convert(row, Kept, strict=False)
