"""Use cases of coaching: bring two people together, set goals, write notes, and read what is one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.coaching import store
from govstack.pillars.learn.response.coaching.errors import BadGoal, BadPair, CoachingEnded, TooMuch, UnknownCoaching
from govstack.pillars.learn.response.coaching.model import (
    GOALS_MAX,
    NOTES_MAX,
    Coaching,
    CoachingGiven,
    Goal,
    GoalGiven,
    Note,
    NoteGiven,
    Whole,
)
from govstack.pillars.learn.retention.service import Keeping, days_setting

WORDS = "coaching-words"


async def begin(context: Context, *, by: Actor, given: CoachingGiven, goals: Sequence[GoalGiven] = ()) -> Coaching:
    """Bring two people together, with the goals they begin with, and authorise a supervisor if there is to be one.

    Whoever begins a coaching for others does not read it afterwards. Raises BadPair, BadGoal, TooMuch.
    """
    if any(goal.to_level <= goal.from_level for goal in goals):
        raise BadGoal
    if len(goals) > GOALS_MAX:
        raise TooMuch
    named = [one for one in (given.coach_id, given.coachee_id, given.supervisor_id) if one]
    if len(set(named)) < len(named):
        raise BadPair
    one = Coaching(
        id=ids.new_id(), created_at=clock.timestamp(), coach_id=given.coach_id, coachee_id=given.coachee_id,
        supervisor_id=given.supervisor_id,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if await people.held(tx, named) < set(named):
            raise BadPair
        await store.add(tx, one)
        for goal in goals:
            await _set_goal(context, tx, one.id, goal)
        await audit.record(tx, by=by, action="learn.coaching.begun", subject=f"coaching/{one.id}")
    return one


async def finish(context: Context, *, by: Actor, coaching_id: str) -> Coaching:
    """End a coaching, as one of the pair; it can still be read. Raises UnknownCoaching."""
    me = (await people.me(context, by=by)).id
    async with context.database.transaction() as tx:
        await _writable(tx, coaching_id, me, ended=True)
        if await store.finish(tx, coaching_id):
            await audit.record(tx, by=by, action="learn.coaching.ended", subject=f"coaching/{coaching_id}")
        return await _one(tx, coaching_id)


async def mine(context: Context, *, by: Actor) -> list[Coaching]:
    """Return the coachings that whoever signed in is part of or supervises."""
    me = (await people.me(context, by=by)).id
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, me)


async def listed(context: Context, *, after: str = "", limit: int = 100) -> list[Coaching]:
    """Return who coaches whom, in the order in which it began, without anything of what they write."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, after=after, limit=limit)


async def read(context: Context, *, by: Actor, coaching_id: str) -> Whole:
    """Return a coaching with goals and notes, for the pair and their supervisor alone; raises UnknownCoaching.

    That a supervisor looked is written down.
    """
    me = (await people.me(context, by=by)).id
    async with context.database.transaction() as tx:
        one = await _one(tx, coaching_id)
        if not one.seen_by(me):
            raise UnknownCoaching
        goals, notes = await store.goals(tx, coaching_id), await store.notes(tx, coaching_id)
        if not one.written_by(me):
            await audit.record(tx, by=by, action="learn.coaching.looked-in", subject=f"coaching/{coaching_id}")
    return Whole(
        one,
        [
            Goal(
                id=goal.id, competency_id=goal.competency_id, from_level=goal.from_level, to_level=goal.to_level,
                words=_open(context, coaching_id, goal.words_sealed), reached=bool(goal.reached),
            )
            for goal in goals
        ],
        [
            Note(
                id=note.id, author_id=note.author_id, day=date.fromisoformat(note.day),
                words=_open(context, coaching_id, note.words_sealed), created_at=note.created_at,
            )
            for note in notes
        ],
    )  # fmt: skip


async def add_goal(context: Context, *, by: Actor, coaching_id: str, given: GoalGiven) -> Goal:
    """Set a goal, as one of the pair; raises UnknownCoaching, CoachingEnded, BadGoal, TooMuch."""
    if given.to_level <= given.from_level:
        raise BadGoal
    me = (await people.me(context, by=by)).id
    async with context.database.transaction() as tx:
        await _writable(tx, coaching_id, me)
        if len(await store.goals(tx, coaching_id)) >= GOALS_MAX:
            raise TooMuch
        goal = await _set_goal(context, tx, coaching_id, given)
        await audit.record(tx, by=by, action="learn.coaching.goal-set", subject=f"coaching/{coaching_id}")
    return goal


async def _set_goal(context: Context, tx: Transaction, coaching_id: str, given: GoalGiven) -> Goal:
    goal = Goal(id=ids.new_id(), **msgspec.structs.asdict(given))
    await store.add_goal(
        tx, coaching_id, goal_id=goal.id, competency_id=given.competency_id,
        levels=(given.from_level, given.to_level), sealed=_sealed(context, coaching_id, given.words),
    )  # fmt: skip
    return goal


async def reach_goal(context: Context, *, by: Actor, coaching_id: str, goal_id: str, reached: bool) -> None:
    """Say whether a goal is reached, as one of the pair; raises UnknownCoaching, CoachingEnded."""
    me = (await people.me(context, by=by)).id
    async with context.database.transaction() as tx:
        await _writable(tx, coaching_id, me)
        if not await store.reach(tx, coaching_id, goal_id=goal_id, reached=reached):
            raise UnknownCoaching
        await audit.record(tx, by=by, action="learn.coaching.goal-judged", subject=f"coaching/{coaching_id}")


async def add_note(context: Context, *, by: Actor, coaching_id: str, given: NoteGiven) -> Note:
    """Write a dated note, as one of the pair; raises UnknownCoaching, CoachingEnded, TooMuch."""
    me, note_id = (await people.me(context, by=by)).id, ids.new_id()
    async with context.database.transaction() as tx:
        await _writable(tx, coaching_id, me)
        if len(await store.notes(tx, coaching_id)) >= NOTES_MAX:
            raise TooMuch
        sealed = _sealed(context, coaching_id, given.words)
        await store.add_note(tx, coaching_id, note_id=note_id, author_id=me, day=given.day, sealed=sealed)
        await audit.record(tx, by=by, action="learn.coaching.noted", subject=f"coaching/{coaching_id}")
    return Note(id=note_id, author_id=me, created_at=clock.timestamp(), day=given.day, words=given.words)


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("Notes and goals of a coaching"),
    days_setting("LEARN_COACHING_DAYS", 730, "notes and goals of a coaching are kept after it ended"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what was written about or by an erased person."""
    await store.forget(tx, person_id)


async def _one(tx: Transaction, coaching_id: str) -> Coaching:
    found = await store.by_id(tx, coaching_id)
    if found is None:
        raise UnknownCoaching
    return found


async def _writable(tx: Transaction, coaching_id: str, person_id: str, *, ended: bool = False) -> None:
    found = await store.hold(tx, coaching_id)
    if found is None or not found.written_by(person_id):
        raise UnknownCoaching
    if found.ended_at is not None and not ended:
        raise CoachingEnded


def _sealed(context: Context, coaching_id: str, words: str) -> bytes:
    return context.keys.seal(WORDS, words.encode(), bound_to=coaching_id)


def _open(context: Context, coaching_id: str, sealed: bytes) -> str:
    return context.keys.open(WORDS, sealed, bound_to=coaching_id).decode()
