"""Use cases of those who look after rooms: find events and deliveries, see queues, deal with dead letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from govstack.blocks.mediator.delivery import service as delivery
from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.publishing import service as publishing
from govstack.blocks.mediator.publishing.errors import UnknownEvent
from govstack.blocks.mediator.publishing.model import Tally
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.service import Address
from govstack.blocks.mediator.subscriptions import service as subscriptions
from govstack.blocks.mediator.tracking import store
from govstack.blocks.mediator.tracking.errors import (
    CannotRequeue,
    MomentMalformed,
    NotDead,
    NotYours,
    UnknownDelivery,
)
from govstack.blocks.mediator.tracking.model import Delivery, Queue, Tracked, Try, Wanted
from govstack.kernel import audit, clock, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import DAYS
from govstack.kernel.settings import Setting

TRIES_LISTED_MAX = 1_000
REQUEUED_AT_ONCE_MAX = 1_000
FORGOTTEN_AT_ONCE_MAX = 1_000
ROUNDS_MAX = 20

SETTINGS = (
    Setting("MEDIATOR_EVENT_LOG_DAYS", "730", "Days for which the log of events is kept; 0 keeps it for ever", DAYS),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of events, deliveries or queues, and the token of the next ("" at the end)."""

    events: list[Tracked]
    deliveries: list[Delivery]
    queues: list[Queue]
    next_page_token: str


async def events(
    context: Context, *, by: Actor, wanted: Wanted, page_size: int | None = None, page_token: str = ""
) -> Page:
    """Return events and how far they have come, newest first (I29): in a room one manages, or those one published."""
    limit = pagination.page_size(page_size)
    wanted = await _visible(context, by, wanted, own="publisher")
    purpose = f"events/{wanted}"
    before = int(pagination.position(context.keys, purpose, page_token)) if page_token else 0
    async with context.database.reading() as tx:
        found = await store.events(tx, wanted, before=before, limit=limit + 1)
        tallies = await delivery.tallies(tx, [one.number for one in found[:limit]])
    token = pagination.token(context.keys, purpose, found[limit - 1].number) if len(found) > limit else ""
    return Page([Tracked(one, Tally(tallies[one.number])) for one in found[:limit]], [], [], token)


async def event(context: Context, *, by: Actor, event_id: str) -> Tracked:
    """Return one event and how far it has come; raises UnknownEvent for what the caller may not see."""
    rooms.require_proven(by)
    async with context.database.reading() as tx:
        found = await store.events(tx, Wanted(event_id=event_id.lower()), before=0, limit=1) if event_id else []
        if not found:
            raise UnknownEvent
        tallies = await delivery.tallies(tx, [found[0].number])
    if not await _sees(context, by, found[0].room, found[0].publisher):
        raise UnknownEvent
    return Tracked(found[0], Tally(tallies[found[0].number]))


async def stop_event(context: Context, *, by: Actor, event_id: str) -> None:
    """Stop the delivery of an event; see publishing.stop."""
    found = (await event(context, by=by, event_id=event_id)).event
    instance, member_class, member_code, application_code = found.room.split("/")
    address = (instance, member_class, member_code, application_code)
    await publishing.stop(context, by=by, address=address, event_type=found.event_type, event_id=found.id)


async def deliveries(
    context: Context, *, by: Actor, wanted: Wanted, page_size: int | None = None, page_token: str = ""
) -> Page:
    """Return deliveries, newest first: in a room one manages, or those meant for oneself."""
    limit = pagination.page_size(page_size)
    wanted = await _visible(context, by, wanted, own="subscriber")
    purpose = f"deliveries/{wanted}"
    before = int(pagination.position(context.keys, purpose, page_token)) if page_token else 0
    async with context.database.reading(one_statement=True) as tx:
        found = await store.deliveries(tx, wanted, before=before, limit=limit + 1)
    token = pagination.token(context.keys, purpose, found[limit - 1].number) if len(found) > limit else ""
    return Page([], found[:limit], [], token)


async def delivery_of(context: Context, *, by: Actor, number: int) -> tuple[Delivery, list[Try]]:
    """Return a delivery with the log of its attempts (I27); raises UnknownDelivery for what one may not see."""
    rooms.require_proven(by)
    async with context.database.reading() as tx:
        found = await _delivery(tx, number)
        tries = await store.tries(tx, number, limit=TRIES_LISTED_MAX)
    if not await _sees(context, by, found.room, found.subscriber):
        raise UnknownDelivery
    return found, tries


async def requeue(context: Context, *, by: Actor, number: int) -> Delivery:
    """Put a dead letter back into its queue with a new time to live; a waiting one stays as it is.

    Raises NotDead, or CannotRequeue when subscription or payload are gone.
    """
    on_record = directory.on_record(context, by=by, action="mediator.dead-letter.requeue", subject=str(number))
    async with on_record, context.database.transaction() as tx:
        found = await _managed(context, tx, by, number)
        if found.state is not State.WAITING:
            await _put_back(context, tx, by, found)
        return await _delivery(tx, number)


async def requeue_all(context: Context, *, by: Actor, wanted: Wanted) -> int:
    """Put dead letters of a room back, as far as they can be delivered; return how many."""
    wanted = replace(await _visible(context, by, wanted, own=""), state=str(State.DEAD))
    count = 0
    async with directory.on_record(context, by=by, action="mediator.dead-letter.requeue", subject=wanted.room):
        await _require_manager(context, by, wanted.room)
        async with context.database.transaction() as tx:
            for one in await store.deliveries(tx, wanted, limit=REQUEUED_AT_ONCE_MAX):
                try:
                    await _put_back(context, tx, by, one)
                except CannotRequeue:
                    continue
                count += 1
    return count


async def drop(context: Context, *, by: Actor, number: int) -> None:
    """Give a dead letter up for good (I21); dropping it twice is a success."""
    action = "mediator.dead-letter.drop"
    on_record = directory.on_record(context, by=by, action=action, subject=str(number))
    async with on_record, context.database.transaction() as tx:
        found = await _managed(context, tx, by, number)
        if found.state is State.DROPPED:
            return
        if not await store.drop(tx, number, now=clock.timestamp()):
            raise NotDead
        await audit.record(tx, by=by, action=action, subject=_subject(found), detail=_named(found))


async def queues(
    context: Context, *, by: Actor, address: Address, page_size: int | None = None, page_token: str = ""
) -> Page:
    """Return how much waits for each subscription in a room."""
    limit = pagination.page_size(page_size)
    async with context.database.reading() as tx:
        room = await rooms.find(context, tx, address)
        await rooms.require_manager(context, by, room, Power.OFFER, Power.READ)
        purpose = f"queues/{room.id}"
        after = str(pagination.position(context.keys, purpose, page_token)) if page_token else ""
        found = await store.queues(tx, room.id, room.identifier, after=after, limit=limit + 1)
    token = pagination.token(context.keys, purpose, found[limit - 1].subscription_id) if len(found) > limit else ""
    return Page([], [], found[:limit], token)


async def tidy(context: Context) -> None:
    """End what has waited too long, and forget payloads and log entries whose time is over."""
    now, days = clock.now(), context.settings.number("MEDIATOR_EVENT_LOG_DAYS")
    for _ in range(ROUNDS_MAX):
        async with context.database.transaction() as tx:
            ended = await delivery.expire(tx)
            ended = max(ended, await store.forget_payloads(tx, now=clock.timestamp(now), limit=FORGOTTEN_AT_ONCE_MAX))
            if days:
                before = clock.timestamp(now - timedelta(days=days))
                ended = max(ended, await store.forget_events(tx, before=before, limit=FORGOTTEN_AT_ONCE_MAX))
        if ended < FORGOTTEN_AT_ONCE_MAX:
            return


def moment(text: str) -> str:
    """Return a moment as the log writes it; raises MomentMalformed."""
    try:
        return clock.timestamp(clock.parse(text)) if text else ""
    except (ValueError, OverflowError) as error:
        raise MomentMalformed from error


async def _put_back(context: Context, tx: Transaction, by: Actor, found: Delivery) -> None:
    if found.state is not State.DEAD:
        raise NotDead
    subscription = await subscriptions.by_id(tx, [found.subscription_id])
    if not subscription or not await store.has_payload(tx, found.number):
        raise CannotRequeue
    now = clock.now()
    expires_at = clock.timestamp(now + timedelta(seconds=subscription[0].ttl_seconds))
    await store.requeue(tx, found.number, now=clock.timestamp(now), expires_at=expires_at)
    action = "mediator.dead-letter.requeue"
    await audit.record(tx, by=by, action=action, subject=_subject(found), detail=_named(found))
    tx.after_commit(lambda: delivery.wake(context, [found.subscription_id]))


async def _delivery(tx: Transaction, number: int) -> Delivery:
    found = await store.deliveries(tx, Wanted(), number=number) if number > 0 else []
    if not found:
        raise UnknownDelivery
    return found[0]


async def _managed(context: Context, tx: Transaction, by: Actor, number: int) -> Delivery:
    found = await _delivery(tx, number)
    if not await rooms.manages(context, by, found.room.partition("/")[2], Power.OFFER):
        raise UnknownDelivery
    return found


async def _require_manager(context: Context, by: Actor, room: str) -> None:
    if not room or not await rooms.manages(context, by, room.partition("/")[2], Power.OFFER):
        raise NotYours


async def _sees(context: Context, by: Actor, room: str, party: str) -> bool:
    if await rooms.manages(context, by, room.partition("/")[2], Power.OFFER, Power.READ):
        return True
    proven = await directory.proven_application(context, by)
    return bool(proven) and proven == party


async def _visible(context: Context, by: Actor, wanted: Wanted, *, own: str) -> Wanted:
    """Narrow a search to what the caller may see; `own` names the field in which others find only themselves."""
    rooms.require_proven(by)
    instance = context.settings.text("INSTANCE")
    room = wanted.room
    if room:
        wanted = replace(wanted, room=f"{instance}/{room}")
    if may(by, Power.READ) or (room and await rooms.manages(context, by, room, Power.OFFER, Power.READ)):
        return wanted
    proven = await directory.proven_application(context, by)
    if not own or not proven or getattr(wanted, own) not in {"", proven}:
        raise NotYours
    return replace(wanted, publisher=proven) if own == "publisher" else replace(wanted, subscriber=proven)


def _subject(found: Delivery) -> str:
    return f"{found.room.partition('/')[2]}/{found.event_type}"


def _named(found: Delivery) -> dict[str, object]:
    return {"delivery": found.number, "event": found.event_id, "subscriber": found.subscriber}
