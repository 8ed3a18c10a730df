"""Use cases of schedules: take one in, look at it, cancel it, and send what is due, each turn once."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

import msgspec

from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.errors import MessageInvalid, NoMailServer, NoTextProvider, QuotaUsed
from govstack.blocks.messaging.intake.model import Kind, Submission, recipient_of
from govstack.blocks.messaging.schedules import store
from govstack.blocks.messaging.schedules.errors import ScheduleInvalid, TooManySchedules, UnknownSchedule
from govstack.blocks.messaging.schedules.model import (
    LATE_MAX,
    SCHEDULES_MAX,
    SHOWN_MAX,
    Outcome,
    Plan,
    Schedule,
    State,
    Turn,
    faults,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownSender
from govstack.blocks.messaging.senders.model import Sender
from govstack.blocks.messaging.senders.model import State as SenderState
from govstack.kernel import audit, clock, crypto, events, ids, jobs, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem

TURN = "messaging.take-turn"
HASH_PURPOSE = "schedule"
# A sender's day is full, or nobody carries the message: the turn is tried again, until it is too late for it.
AGAIN_SECONDS = 900.0
CANCELLED_AT_ONCE_MAX = 100


async def schedule(context: Context, *, by: Actor, sender: Sender, submission: Submission, plan: Plan) -> Schedule:
    """Take in a request that is sent later; the same one again is the one that is active already.

    Raises ScheduleInvalid, TooManySchedules, and what `intake.accept` refuses about the message itself.
    """
    if found := faults(plan, clock.now()):
        raise ScheduleInvalid(fields=found)
    intake.refuse_impossible(context, by=by, sender=sender, submission=submission)
    if submission.kind is Kind.SINGLE and (wrong := recipient_of(submission.entries[0], submission.channel)[1]):
        raise MessageInvalid(fields=wrong)
    told = crypto.canonical([sender.id, asdict(submission), asdict(plan)]).decode()
    mhashes = context.keys.fingerprints(HASH_PURPOSE, told)
    schedule_id, first = ids.new_id(), plan.moment(0)
    assert first is not None
    sealed_key, sealed = intake.lock(context, schedule_id, msgspec.json.encode(submission))
    async with context.database.transaction() as tx:
        if (known := await store.same(tx, mhashes)) is not None:
            return known
        if await store.active(tx, sender.id) >= SCHEDULES_MAX:
            raise TooManySchedules
        count, next_at = len(submission.entries), clock.timestamp(first)
        if await store.add(
            tx, plan, schedule_id=schedule_id, sender_id=sender.id, mhash=mhashes[0], messages=count, next_at=next_at
        ):
            await store.seal(tx, schedule_id, sealed_key=sealed_key, sealed=sealed)
            await jobs.enqueue(tx, TURN, {"schedule": schedule_id, "turn": 0}, due=first)
            await audit.record(tx, by=by, action="messaging.schedule.made", subject=schedule_id)
            await _tell(tx, schedule_id, State.ACTIVE)
        made = await store.same(tx, mhashes)
    assert made is not None
    return made


async def schedules(context: Context, *, by: Actor, sender: Sender | None, before: int = 0) -> list[Schedule]:
    """Return a sender's schedules, newest first; without a sender all, for those who look after messaging."""
    if sender is None:
        senders.require(by, senders.READ)
    async with context.database.reading(one_statement=True) as tx:
        sender_id = sender.id if sender else ""
        return await store.schedules(tx, sender_id=sender_id, before=before, limit=SHOWN_MAX)


async def one(context: Context, *, by: Actor, sender: Sender | None, schedule_id: str) -> tuple[Schedule, list[Turn]]:
    """Return a schedule and its latest turns; raises UnknownSchedule for another sender's."""
    if sender is None:
        senders.require(by, senders.READ)
    async with context.database.reading() as tx:
        found = await _own(tx, sender, schedule_id)
        return found, await store.turns(tx, schedule_id)


async def cancel(context: Context, *, by: Actor, sender: Sender | None, schedule_id: str) -> None:
    """Send nothing more of a schedule, and erase what it holds; repeating it changes nothing."""
    if sender is None:
        senders.require(by)
    async with context.database.transaction() as tx:
        await _own(tx, sender, schedule_id)
        if await store.cancel(tx, schedule_id):
            await audit.record(tx, by=by, action="messaging.schedule.cancelled", subject=schedule_id)
            await _tell(tx, schedule_id, State.CANCELLED)


async def tidy(context: Context, *, by: Actor) -> None:
    """Cancel the schedules of senders that were closed, so that nothing sealed outlives its use."""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            found = await store.of_closed(tx, limit=CANCELLED_AT_ONCE_MAX)
        for schedule_id in found:
            await cancel(context, by=by, sender=None, schedule_id=schedule_id)
        if len(found) < CANCELLED_AT_ONCE_MAX:
            return


async def take_turn(context: Context, *, by: Actor, schedule_id: str, turn: int) -> float | None:
    """Send what is due of a schedule from a turn on; return after how many seconds to try again, or none.

    Of several turns that were missed the last one is sent, once, unless it is too late for that as well.
    """
    async with context.database.reading() as tx:
        found, sealed = await store.schedule(tx, schedule_id), await store.sealed(tx, schedule_id)
    if found is None or found.state is not State.ACTIVE or found.turn != turn or sealed is None:
        return None
    now = clock.now()
    due = found.plan.due(found.turn, now)
    if not due:
        # The clock was put back since this was asked for.
        return max((clock.parse(found.next_at) - now).total_seconds(), 0.0)
    sender = await _sender(context, found.sender_id)
    if sender is None:
        await cancel(context, by=by, sender=None, schedule_id=schedule_id)
        return None
    last, moment = due[-1]
    submission = msgspec.json.decode(intake.unlock(context, schedule_id, *sealed), type=Submission)
    submission = replace(submission, occasion=f"{schedule_id}/{last}")
    return await _send(context, sender, found, due, submission, is_late=now - moment > LATE_MAX)


async def _send(
    context: Context,
    sender: Sender,
    found: Schedule,
    due: list[tuple[int, datetime]],
    submission: Submission,
    *,
    is_late: bool,
) -> float | None:
    """Take the last of the turns that are due, and note the earlier ones as missed, in one transaction."""
    parcel, outcome = None, Outcome.MISSED if is_late else Outcome.SENT
    try:
        if not is_late:
            parcel = await intake.prepare(context, by=senders.as_actor(sender), sender=sender, submission=submission)
    except (NoMailServer, NoTextProvider):
        return AGAIN_SECONDS
    except Problem as problem:
        outcome = Outcome.REFUSED
        log.logger(context.package).warning("schedule.refused", schedule=found.id, turn=due[-1][0], code=problem.code)
    try:
        async with context.database.transaction() as tx:
            if not await store.hold(tx, found):
                return None
            for turn, moment in due[:-1]:
                await store.add_turn(tx, found.id, turn=turn, due_at=clock.timestamp(moment), outcome=Outcome.MISSED)
            uid = await intake.enter(context, tx, parcel) if parcel else ""
            turn, moment = due[-1]
            at = clock.timestamp(moment)
            await store.add_turn(tx, found.id, turn=turn, due_at=at, outcome=outcome, request_id=uid)
            await _move_on(tx, found, turn + 1)
    except QuotaUsed:
        return AGAIN_SECONDS
    return None


async def _move_on(tx: Transaction, found: Schedule, turn: int) -> None:
    following = found.plan.moment(turn)
    if following is None:
        await store.move(tx, found.id, turn=turn, next_at="", state=State.FINISHED)
        await _tell(tx, found.id, State.FINISHED)
        return
    await store.move(tx, found.id, turn=turn, next_at=clock.timestamp(following), state=State.ACTIVE)
    await jobs.enqueue(tx, TURN, {"schedule": found.id, "turn": turn}, due=following)


async def _tell(tx: Transaction, schedule_id: str, state: State) -> None:
    data = {"scheduleUid": schedule_id, "state": str(state)}
    await events.publish(tx, type="messaging.schedule.changed", subject=schedule_id, data=data)


async def _own(tx: Transaction, sender: Sender | None, schedule_id: str) -> Schedule:
    found = await store.schedule(tx, schedule_id)
    if found is None or (sender is not None and found.sender_id != sender.id):
        raise UnknownSchedule
    return found


async def _sender(context: Context, sender_id: str) -> Sender | None:
    """Return the sender of a schedule as it is registered now, unless it was closed."""
    try:
        found = await senders.patience(context, sender_id=sender_id)
    except UnknownSender:
        return None
    return found if found.state is SenderState.ACTIVE else None
