"""Use cases of publishers: publish an event, see how far it has come, stop it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from govstack.blocks.mediator.delivery import service as delivery
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power
from govstack.blocks.mediator.publishing import store
from govstack.blocks.mediator.publishing.errors import EventIdTaken, EventTooLarge, UnknownEvent
from govstack.blocks.mediator.publishing.model import EVENT_BYTES_MAX, Event, Tally, checked_id, checked_key
from govstack.blocks.mediator.publishing.store import Known
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.errors import PayloadInvalid, UnknownEventType
from govstack.blocks.mediator.rooms.model import Act, Ground
from govstack.blocks.mediator.rooms.service import Address
from govstack.kernel import audit, clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import ForeignKeyViolation, UniqueViolation
from govstack.kernel.log import CORRELATION
from govstack.kernel.rules import DAYS, whole
from govstack.kernel.settings import Setting

GROUNDS_MAX = 2

SETTINGS = (
    Setting("MEDIATOR_EVENT_BYTES", "262144", "Largest payload of an event", whole(1, EVENT_BYTES_MAX)),
    Setting(
        "MEDIATOR_EVENT_PAYLOAD_DAYS", "7", "Days for which a payload is kept, and longer while somebody waits", DAYS
    ),
)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publisher sends: the payload as JSON, and as it likes an id of its own, a key that keeps order, and a key
    by which a repeated request is known."""

    event_type: str
    payload: bytes
    event_id: str = ""
    key: str = ""
    request_key: str = ""


async def publish(context: Context, *, by: Actor, address: Address, publication: Publication, claimed: str = "") -> str:
    """Accept an event (I17) and return its id (I25, I28): it is stored and queued for every subscriber by then.

    The same event sent again under the same id or request key is the same event. Raises EventTooLarge, PayloadInvalid,
    EventIdTaken, or what the rights in the room refuse.
    """
    client = await rooms.calling_application(context, by=by, claimed=claimed)
    event_id = checked_id(publication.event_id) if publication.event_id else ids.new_id()
    checked_key(publication.key, "key")
    named = checked_key(publication.request_key, "Idempotency-Key")
    request_key = f"id:{event_id}" if publication.event_id else named and f"key:{named}"
    for _ in range(GROUNDS_MAX):
        ground = await rooms.remembered_ground(
            context, client=client, address=address, event_type=publication.event_type, act=Act.PUBLISH
        )
        digest = await _checked(context, ground, publication)
        try:
            return await _accept(context, ground, _event(ground, publication, event_id, client, digest), request_key)
        except ForeignKeyViolation:
            # The type was removed a moment ago; there may be a new one of the same name.
            rooms.forget(context)
    raise UnknownEventType


async def event(
    context: Context, *, by: Actor, address: Address, event_type: str, event_id: str, claimed: str = ""
) -> tuple[Event, Tally]:
    """Return an event and how far it has come, for its publisher and the room's manager; raises UnknownEvent."""
    client = await rooms.caller(context, by=by, claimed=claimed)
    async with context.database.reading() as tx:
        found = await store.event(tx, event_id.lower())
        if found is None or (found.room, found.event_type) != ("/".join(address), event_type):
            raise UnknownEvent
        tallies = await delivery.tallies(tx, [found.number])
    if client != found.publisher and not await rooms.manages(
        context, by, "/".join(address[1:]), Power.OFFER, Power.READ
    ):
        raise UnknownEvent
    return found, Tally(tallies[found.number])


async def stop(
    context: Context, *, by: Actor, address: Address, event_type: str, event_id: str, claimed: str = ""
) -> None:
    """Stop the delivery of an event, as its publisher or as the room's manager; stopping it twice is a success."""
    found, _ = await event(context, by=by, address=address, event_type=event_type, event_id=event_id, claimed=claimed)
    subject, action = f"{'/'.join(address[1:])}/{event_type}", "mediator.event.stop"
    on_record = directory.on_record(context, by=by, action=action, subject=subject)
    async with on_record, context.database.transaction() as tx:
        proven = await directory.proven_application(context, by)
        if proven != found.publisher and not await rooms.manages(context, by, "/".join(address[1:]), Power.OFFER):
            raise UnknownEvent
        if await store.stop(tx, found.number, stopped_by=by.id, stopped_at=clock.timestamp()):
            ended = await delivery.stop_event(tx, found.number)
            await audit.record(tx, by=by, action=action, subject=subject, detail={"event": found.id, "ended": ended})


async def _checked(context: Context, ground: Ground, publication: Publication) -> str:
    """Return the digest of a payload that fits its schema."""
    most = context.settings.number("MEDIATOR_EVENT_BYTES")
    if len(publication.payload) > most:
        raise EventTooLarge(
            f"The event has {len(publication.payload)} bytes, and {most} are allowed. Publish a short notice, and let"
            " subscribers ask you for the details."
        )
    try:
        payload = msgspec.json.decode(publication.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PayloadInvalid("event: the payload is not valid JSON in UTF-8.") from error
    (await rooms.payload_schema(context, ground.event_type_id)).check(payload)
    return crypto.digest(crypto.canonical([publication.event_type, publication.key, payload]))


async def _accept(context: Context, ground: Ground, event: Event, request_key: str) -> str:
    """Store an event, unless it is known; raises EventIdTaken, or ForeignKeyViolation when its type is gone."""
    try:
        return await _store(context, ground, event, request_key)
    except UniqueViolation as error:
        # Somebody was faster by a moment: the same publisher with the same request, or another event of this id.
        async with context.database.reading(one_statement=True) as tx:
            known = await store.by_request(tx, room=event.room, publisher=event.publisher, request_key=request_key)
        if known is None:
            raise EventIdTaken from error
        return _same(known, event)


async def _store(context: Context, ground: Ground, event: Event, request_key: str) -> str:
    """Store and queue an event in one transaction; what has returned from here is not lost."""
    async with context.database.transaction() as tx:
        if request_key:
            known = await store.by_request(tx, room=event.room, publisher=event.publisher, request_key=request_key)
            if known is not None:
                return _same(known, event)
        sequence = await store.next_sequence(tx, ground.event_type_id, event.key)
        # The clock is read with the key in hand, so that times follow the numbers.
        now = clock.now()
        kept_until = now + timedelta(days=context.settings.number("MEDIATOR_EVENT_PAYLOAD_DAYS"))
        accepted = replace(event, sequence=sequence, received_at=clock.timestamp(now))
        number = await store.add(tx, accepted, request_key=request_key, kept_until=clock.timestamp(kept_until))
        await delivery.queue(
            context,
            tx,
            event_number=number,
            event_type_id=ground.event_type_id,
            room=event.room,
            event_type=event.event_type,
            key=event.key,
            now=now,
        )
    return event.id


def _event(ground: Ground, publication: Publication, event_id: str, publisher: str, digest: str) -> Event:
    """Return an event that has no number and no time yet."""
    return Event(
        number=0,
        id=event_id,
        room=ground.room.identifier,
        event_type=publication.event_type,
        publisher=publisher,
        digest=digest,
        key=publication.key or publisher,
        sequence=0,
        payload_bytes=len(publication.payload),
        received_at="",
        stopped_by="",
        stopped_at="",
        correlation_id=CORRELATION.get(),
        content=publication.payload.decode(),
    )


def _same(known: Known, event: Event) -> str:
    if (known.event_type, known.digest) != (event.event_type, event.digest):
        raise EventIdTaken
    return known.id
