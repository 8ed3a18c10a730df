"""Use cases of looking back: count who reached what a badge asks for before it was named, then let them get it.

A part of the people and how far the look is are one transaction, and a badge is awarded once however often it is tried:
a run that was killed is followed by one that goes on behind its last part, and comes to the same numbers.
"""

from __future__ import annotations

from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Earned, Place
from govstack.pillars.learn.lookback import store
from govstack.pillars.learn.lookback.errors import NotCounted, NotNamed, UnknownLookBack
from govstack.pillars.learn.lookback.model import FOLLOWING, LOOKED_AT_ONCE, LookBack, State

LOOK = "learn.look-back"


async def start(context: Context, *, by: Actor, place: Place, achievement_id: str) -> LookBack:
    """Begin to count who would get a badge for what they reached before; one that goes on is returned.

    Raises Forbidden, UnknownCourse, UnknownOffering, UnknownCommunity, MembersOnly, LeadersOnly, NotNamed.
    """
    await earning.require_keeper(context, by=by, place=place)
    await _named(context, place, achievement_id)
    whole = await earning.candidate_count(context, place=place)
    one = LookBack(
        id=ids.new_id(), source=place.kind, source_id=place.id, achievement_id=achievement_id, state=State.COUNTING,
        whole=whole, looked=0, reached=0, awarded=0, started_at=clock.timestamp(), decided_at="", ended_at="",
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if not await store.add(tx, one):
            known = await store.going_on(tx, place, achievement_id)
            assert known is not None
            return known
        detail = {"achievementId": achievement_id}
        await audit.record(tx, by=by, action="learn.look-back.begun", subject=place.reference, detail=detail)
        await jobs.enqueue(tx, LOOK, {"lookBack": one.id}, key=f"{one.id}/{one.state}")
    return one


async def decide(context: Context, *, by: Actor, look_back_id: str, award: bool) -> LookBack:
    """Let those who were counted get the badge, or stop; what was awarded stays. Said twice is said once.

    Raises UnknownLookBack, NotCounted, and what `start` raises.
    """
    one = await read(context, by=by, look_back_id=look_back_id)
    wanted = {State.AWARDING, State.DONE} if award else {State.STOPPED}
    if one.state in wanted:
        return one
    whole = await earning.candidate_count(context, place=one.place)
    async with context.database.transaction() as tx:
        now = clock.timestamp()
        moved = await (
            store.award(tx, one.id, whole=whole, at=now) if award else store.stop(tx, one.id, at=now)
        )  # fmt: skip
        if not moved:
            raise NotCounted
        action, detail = f"learn.look-back.{'awarding' if award else 'stopped'}", {"achievementId": one.achievement_id}
        await audit.record(tx, by=by, action=action, subject=one.place.reference, detail=detail)
        if award:
            await jobs.enqueue(tx, LOOK, {"lookBack": one.id}, key=f"{one.id}/{State.AWARDING}")
    return await read(context, by=by, look_back_id=look_back_id)


async def read(context: Context, *, by: Actor, look_back_id: str) -> LookBack:
    """Return a look back to those who look after its place; raises UnknownLookBack, and what `start` raises."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.by_id(tx, look_back_id)
    if found is None:
        raise UnknownLookBack
    await earning.require_keeper(context, by=by, place=found[0].place)
    return found[0]


async def work(context: Context, *, look_back_id: str) -> None:
    """Look at people, some at a time, until all were looked at or the look is stopped."""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            found = await store.by_id(tx, look_back_id)
        if found is None or not found[0].state.works:
            return
        one, place = found
        part = await earning.candidates(context, place=one.place, after=place, limit=LOOKED_AT_ONCE)
        named = next((each for each in await earning.of_place(context, place=one.place) if _is(each, one)), None)
        reached = awarded = 0
        # A badge that was taken away from the place meanwhile is awarded to nobody any more.
        for each in part:
            if named is None:
                break
            if one.state is State.COUNTING:
                reached += await earning.would_get(context, place=one.place, one=named, candidate=each)
            else:
                awarded += await earning.got(
                    context, place=one.place, one=named, candidate=each, since=one.decided_at
                )  # fmt: skip
        async with context.database.transaction() as tx:
            if part and not await store.go_on(
                tx, one, before=place, place=part[-1].person_id, looked=len(part), reached=reached, awarded=awarded
            ):
                return
            if len(part) < LOOKED_AT_ONCE:
                await store.finish(tx, one, FOLLOWING[one.state], at=clock.timestamp())
                return


def _is(each: Earned, one: LookBack) -> bool:
    return each.achievement.id == one.achievement_id


async def _named(context: Context, place: Place, achievement_id: str) -> None:
    if all(one.achievement.id != achievement_id for one in await earning.of_place(context, place=place)):
        raise NotNamed
