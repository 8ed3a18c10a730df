"""Use cases of helpdesks of courses: ask, answer, read what is one's own, and count against the time promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from govstack.kernel import audit, clock, events, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.courses.model import Course, Sheet
from govstack.pillars.learn.learning.helpdesk import store
from govstack.pillars.learn.learning.helpdesk.errors import (
    Answered,
    NoHelpdesk,
    NoWords,
    OwnQuestion,
    TooManyWaiting,
    UnknownQuestion,
)
from govstack.pillars.learn.learning.helpdesk.model import (
    WAITING_MAX,
    WORDS_CHARACTERS_MAX,
    Kept,
    Question,
    state_of,
)
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.learning.studying.errors import NotBegun
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.retention.service import Keeping, days_setting

ANSWERED = "learn.course-question.answered"
TELL, PURPOSE = "tell-asker", "course-helpdesk"
WORDS, ANSWER = "course-question", "course-answer"
MINE_MAX = 1_000


async def desk(context: Context, *, by: Actor, course_id: str) -> tuple[Course, Sheet]:
    """Return a course with what it says of its helpdesk, in the version that the reader began, or the published one.

    Raises UnknownCourse, NoHelpdesk.
    """
    try:
        number = (await studying.standing(context, by=by, course_id=course_id)).start.version
        one = await courses.titled(context, course_id=course_id)
    except NotBegun:
        one = await courses.course(context, by=by, course_id=course_id)
        number = one.published_version
    if not number:
        raise UnknownCourse
    sheet = (await courses.version(context, course_id=course_id, number=number)).sheet
    if not sheet.helpdesk or not sheet.answer_hours:
        raise NoHelpdesk
    return one, sheet


async def ask(context: Context, *, by: Actor, course_id: str, words: str) -> Question:
    """Ask the helpdesk of a course; the same words again while they wait change nothing.

    It is due after as many hours as the course promises at this moment. Raises UnknownCourse, NoHelpdesk, NoWords,
    TooManyWaiting.
    """
    _course, sheet = await desk(context, by=by, course_id=course_id)
    told = _told(words)
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        # Two requests at once would each find room for the last question.
        await store.lock_asker(tx, me.id)
        open_now = await store.waiting_of(tx, asker_id=me.id, course_id=course_id)
        for row in open_now:
            if (same := _opened(context, row)).words == told:
                return same
        if len(open_now) >= WAITING_MAX:
            raise TooManyWaiting
        question_id, now = ids.new_id(), clock.now()
        await store.add(
            tx, question_id=question_id, course_id=course_id, asker_id=me.id,
            sealed=context.keys.seal(WORDS, told.encode(), bound_to=question_id), asked_at=clock.timestamp(now),
            due_at=clock.timestamp(now + timedelta(hours=sheet.answer_hours)),
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.course-question.asked", subject=f"course-question/{question_id}")
        row_now = await store.by_id(tx, question_id)
    return _opened(context, _there(row_now))


async def answer(context: Context, *, by: Actor, question_id: str, words: str) -> Question:
    """Answer a question, once; the same words again change nothing.

    Raises UnknownQuestion, NoWords, OwnQuestion, Answered.
    """
    told = _told(words)
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        row = _there(await store.by_id(tx, question_id))
        if row.asker_id == me.id:
            raise OwnQuestion
        sealed, at = context.keys.seal(ANSWER, told.encode(), bound_to=question_id), clock.timestamp()
        if await store.answer(tx, question_id, sealed=sealed, by=me.id, at=at):
            await audit.record(
                tx, by=by, action="learn.course-question.answered", subject=f"course-question/{question_id}"
            )
            data = {"questionId": question_id, "courseId": row.course_id}
            await events.publish(tx, type=ANSWERED, subject=f"course-question/{question_id}", data=data)
            await jobs.enqueue(tx, TELL, {"question": question_id})
        elif _opened(context, row := _there(await store.by_id(tx, question_id))).answer != told:
            raise Answered
        row = _there(await store.by_id(tx, question_id))
    return _opened(context, row)


async def to_tell(context: Context, *, question_id: str) -> tuple[str, Course, str] | None:
    """Return who asked, about which course, and when it was answered; None where nobody keeps the question any more."""
    async with context.database.reading(one_statement=True) as tx:
        row = await store.by_id(tx, question_id)
    if row is None or row.asker_id is None or not row.answered_at:
        return None
    return row.asker_id, await courses.titled(context, course_id=row.course_id), row.answered_at


async def question(context: Context, *, question_id: str) -> Question:
    """Return a question for those who answer; raises UnknownQuestion."""
    async with context.database.reading(one_statement=True) as tx:
        return _opened(context, _there(await store.by_id(tx, question_id)))


async def mine(context: Context, *, by: Actor, course_id: str = "") -> list[Question]:
    """Return what whoever signed in asked, about one course or all, newest first."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        return _all(context, await store.of_asker(tx, asker_id=me.id, course_id=course_id, limit=MINE_MAX))


async def waiting(context: Context, *, course_id: str = "", after: str = "", limit: int = 100) -> list[Question]:
    """Return what nobody answered, what is due first in front; raises UnknownQuestion for an unknown `after`."""
    async with context.database.reading() as tx:
        last = _there(await store.by_id(tx, after)) if after else None
        return _all(context, await store.waiting(tx, course_id=course_id, after=last, limit=limit))


async def listed(context: Context, *, course_id: str = "", after: str = "", limit: int = 100) -> list[Question]:
    """Return questions with their answers, by their ids; those that nobody keeps the words of are only counted."""
    async with context.database.reading(one_statement=True) as tx:
        return _all(context, await store.listed(tx, course_id=course_id, after=after, limit=limit))


async def figures(context: Context, *, course_id: str = "", after: str = "", limit: int = 100) -> list[Kept]:
    """Count how the helpdesks of courses keep to their time, course by course."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.figures(tx, course_id=course_id, after=after, now=clock.timestamp(), limit=limit)


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("Questions to the helpdesk of a course, and their answers"),
    days_setting("LEARN_QUESTION_DAYS", 730, "questions to helpdesks of courses are kept after they were answered"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person asked; that it was answered still counts."""
    await store.forget(tx, person_id)


def _told(words: str) -> str:
    told = words.strip()
    if not told or len(told) > WORDS_CHARACTERS_MAX:
        raise NoWords
    return told


def _there(row: store.Row | None) -> store.Row:
    if row is None or row.words_sealed is None:
        raise UnknownQuestion
    return row


def _all(context: Context, rows: Iterable[store.Row]) -> list[Question]:
    return [_opened(context, row) for row in rows]


def _opened(context: Context, row: store.Row) -> Question:
    return Question(
        id=row.id, course_id=row.course_id, asked_at=row.asked_at, due_at=row.due_at,
        state=state_of(due_at=row.due_at, answered_at=row.answered_at, now=clock.timestamp()),
        words=context.keys.open(WORDS, row.words_sealed, bound_to=row.id).decode() if row.words_sealed else "",
        answer=context.keys.open(ANSWER, row.answer_sealed, bound_to=row.id).decode() if row.answer_sealed else "",
        answered_at=row.answered_at or "",
    )  # fmt: skip
