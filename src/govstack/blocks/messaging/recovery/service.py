"""Use cases of recovery: try messages for longer, and send again what failed for good."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec

from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.errors import UnknownRequest
from govstack.blocks.messaging.intake.model import WINDOW, Submission
from govstack.blocks.messaging.recovery import store
from govstack.blocks.messaging.recovery.errors import EndInvalid, NothingUnderWay, RequestDiffers
from govstack.blocks.messaging.recovery.model import Request, Why, latest_end
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.model import Sender
from govstack.kernel import audit, clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

# A sealed key, and what it opens.
Sealed: TypeAlias = tuple[bytes, bytes]


async def standing(context: Context, *, by: Actor, uid: str) -> tuple[Request, int]:
    """Return a request, and how many of its messages are still tried; raises UnknownRequest."""
    senders.require(by, senders.READ)
    async with context.database.reading() as tx:
        found = await _known(tx, uid)
        return found, sum(one.is_under_way for one in await store.standings(tx, uid))


async def extend(context: Context, *, by: Actor, uid: str, until: datetime) -> Request:
    """Try the messages of a request until a moment; one that is not later than the present end changes nothing.

    Raises UnknownRequest, NothingUnderWay and EndInvalid.
    """
    senders.require(by)
    async with context.database.transaction() as tx:
        found = await _known(tx, uid)
        if not any(one.is_under_way for one in await store.standings(tx, uid)):
            raise NothingUnderWay
        if until <= clock.parse(found.until):
            return found
        if until > latest_end(clock.parse(found.received_at)):
            raise EndInvalid(fields={"until": EndInvalid.title})
        await store.extend(tx, uid, until=clock.timestamp(until), why=Why.EXTENDED)
        detail = {"until": clock.timestamp(until)}
        await audit.record(tx, by=by, action="messaging.request.extended", subject=uid, detail=detail)
        return await _known(tx, uid)


async def resend(context: Context, *, by: Actor, sender: Sender, uid: str, submission: Submission) -> int:
    """Send again those messages of a request that failed for good; return how many.

    Nobody here knows any more to whom they went: the sender hands in the same request again, which its hash proves.
    What was delivered, waits, or cannot be written to is left alone, so repeating it changes nothing. Raises
    UnknownRequest, RequestDiffers, QuotaUsed, and what `intake.accept` refuses.
    """
    async with context.database.reading() as tx:
        await intake.own_request(tx, sender=sender, uid=uid)
        found, standings = await _known(tx, uid), await store.standings(tx, uid)
    if found.mhash not in intake.mhashes(context, sender, submission):
        raise RequestDiffers
    intake.refuse_impossible(context, by=by, sender=sender, submission=submission)
    recipients = dict(zip((one.id for one in standings), intake.known_recipients(context, submission), strict=True))
    plain = {
        one.id: msgspec.json.encode(to)
        for one in standings
        if one.is_to_be_resent and (to := recipients[one.id][0]) is not None
    }
    if not plain:
        return 0
    plain[uid] = msgspec.json.encode(intake.letter_of(sender, submission))
    sealed = await asyncio.to_thread(lambda: {name: intake.lock(context, name, text) for name, text in plain.items()})
    async with context.database.transaction() as tx:
        count = await _begin_again(tx, sender, found, sealed)
        if count:
            await audit.record(tx, by=by, action="messaging.request.resent", subject=uid, detail={"messages": count})
            data = {"requestUid": uid, "messages": count}
            await events.publish(tx, type="messaging.request.resent", subject=uid, data=data)
    return count


async def _begin_again(tx: Transaction, sender: Sender, found: Request, sealed: Mapping[str, Sealed]) -> int:
    """Put messages that failed back into the queue, with what was sealed for them; return how many."""
    # The letter first: whoever takes it away, or sends the same again, waits from here on. Then look once more.
    await store.seal(tx, found.id, request_id=found.id, sealed=sealed[found.id])
    again = [one for one in await store.standings(tx, found.id) if one.is_to_be_resent and one.id in sealed]
    if not again:
        return 0
    now = clock.now()
    dues = await intake.take_turns(tx, sender, count=len(again), urgent=found.urgent, now=now)
    await store.extend(tx, found.id, until=clock.timestamp(now + WINDOW), why=Why.RESENT)
    by_due: dict[str, list[str]] = {}
    moments = iter([clock.timestamp(due) for due, number in dues for _ in range(number)])
    for one in again:
        await store.begin_again(tx, one)
        await store.seal(tx, one.id, request_id=found.id, sealed=sealed[one.id])
        by_due.setdefault(next(moments), []).append(one.id)
    await intake.queue(tx, by_due, urgent=found.urgent)
    return len(again)


async def _known(tx: Transaction, uid: str) -> Request:
    found = await store.request(tx, uid)
    if found is None:
        raise UnknownRequest
    return found
