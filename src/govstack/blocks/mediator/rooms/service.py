"""Use cases of rooms: open and close them, keep their event types, and decide who may publish and subscribe."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import ClientDiffers, UnknownApplication, UnknownMember
from govstack.blocks.mediator.directory.model import CLIENT_PARTS, Application, Power, is_address, may
from govstack.blocks.mediator.rooms import store
from govstack.blocks.mediator.rooms.errors import (
    CallerNotApplication,
    CallerNotConnected,
    CallerNotProven,
    EventTypeExists,
    NotAllowed,
    RoomNotYours,
    TooManyTypes,
    UnknownEventType,
    UnknownParty,
    UnknownRoom,
)
from govstack.blocks.mediator.rooms.model import (
    ANY_TYPE,
    TYPES_MAX,
    Act,
    EventType,
    Ground,
    PayloadSchema,
    Room,
    RoomRight,
    checked_name,
)
from govstack.blocks.mediator.services.errors import ApplicationNotConnected
from govstack.kernel import audit, clock, ids, pagination
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation

SCHEMAS_KEPT_MAX = 1_000
GROUNDS_KEPT_MAX = 10_000
# Other processes learn of a change when their memory ends: a right that is taken away ends everywhere by then.
REMEMBERED_SECONDS = 2.0
SCHEMAS, GROUNDS = "event-schemas", "event-grounds"

# Instance, class, member and application, as they stand in an address.
Address: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rooms, of event types or of rights, and the token of the next ("" at the end)."""

    rooms: list[Room]
    event_types: list[EventType]
    rights: list[RoomRight]
    next_page_token: str


async def is_room(context: Context, address: Address) -> bool:
    """Tell whether a connected application distributes events."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.room(tx, address) is not None


def require_proven(by: Actor) -> None:
    """Raise CallerNotProven for nobody in particular."""
    # A token that the mediator made for a provider proves the caller to that provider, never back to the mediator.
    if not by.signed_in or by.attributes.get("mediated"):
        raise CallerNotProven(headers={"WWW-Authenticate": "Bearer"})


async def caller(context: Context, *, by: Actor, claimed: str) -> str:
    """Return the application that a caller proves to be, "" for a person; what a header claims must agree."""
    require_proven(by)
    proven = await directory.proven_application(context, by)
    if claimed and claimed != proven:
        raise ClientDiffers
    return proven


async def calling_application(context: Context, *, by: Actor, claimed: str) -> str:
    """Return the application that calls; raises CallerNotApplication when a person does."""
    proven = await caller(context, by=by, claimed=claimed)
    if not proven:
        raise CallerNotApplication if by.kind == "person" else CallerNotProven(headers={"WWW-Authenticate": "Bearer"})
    return proven


async def ground(context: Context, *, client: str, address: Address, event_type: str, act: Act) -> Ground:
    """Return what an application's act stands on; raises when room or type are unknown or it has no right."""
    parts = client.split("/")
    if len(parts) != CLIENT_PARTS:
        raise CallerNotConnected
    async with context.database.reading(one_statement=True) as tx:
        found = await store.ground(tx, address, client=_four(parts), event_type=event_type, act=act)
    if found is None:
        raise UnknownRoom
    if not found.application_id:
        raise CallerNotConnected
    if not found.event_type_id:
        raise UnknownEventType
    if not found.allowed:
        raise NotAllowed
    return found


async def remembered_ground(context: Context, *, client: str, address: Address, event_type: str, act: Act) -> Ground:
    """Return what `ground` returns, as it was at most REMEMBERED_SECONDS ago: for acts that come in great numbers."""
    kept: OrderedDict[object, tuple[float, Ground]] = context.memory.setdefault(GROUNDS, OrderedDict())
    key = (client, address, event_type, act)
    known = kept.get(key)
    if known is not None and known[0] > clock.monotonic():
        return known[1]
    found = await ground(context, client=client, address=address, event_type=event_type, act=act)
    kept[key] = (clock.monotonic() + REMEMBERED_SECONDS, found)
    kept.move_to_end(key)
    if len(kept) > GROUNDS_KEPT_MAX:
        kept.popitem(last=False)
    return found


def forget(context: Context) -> None:
    """Let the next act look at its room anew."""
    context.memory.pop(GROUNDS, None)


async def payload_schema(context: Context, event_type_id: str) -> PayloadSchema:
    """Return the schema of an event type, ready to check with; schemas never change, so they are kept."""
    kept: OrderedDict[str, PayloadSchema] = context.memory.setdefault(SCHEMAS, OrderedDict())
    found = kept.get(event_type_id)
    if found is None:
        async with context.database.reading(one_statement=True) as tx:
            text = await store.schema_text(tx, event_type_id)
        if text is None:
            raise UnknownEventType
        found = kept[event_type_id] = await asyncio.to_thread(PayloadSchema, text)
        if len(kept) > SCHEMAS_KEPT_MAX:
            kept.popitem(last=False)
    return found


async def find(context: Context, tx: Transaction, address: Address) -> Room:
    """Return an open room; raises UnknownRoom."""
    found = await store.room(tx, address) if is_address(*address) else None
    if found is None:
        raise UnknownRoom
    return found


async def find_event_type(tx: Transaction, room: Room, name: str) -> EventType:
    """Return an event type of a room; raises UnknownEventType."""
    found = await store.event_types(tx, room.id, name=name) if name else []
    if not found:
        raise UnknownEventType
    return found[0]


async def manages(context: Context, by: Actor, room: str, *powers: Power) -> bool:
    """Tell whether somebody is the room (CLASS/MEMBER/APPLICATION) itself, or administers it in one of these ways."""
    if any(may(by, power, application=room) for power in powers):
        return True
    proven = await directory.proven_application(context, by)
    return bool(proven) and proven == f"{context.settings.text('INSTANCE')}/{room}"


async def require_manager(context: Context, by: Actor, room: Room, *powers: Power) -> None:
    """Raise RoomNotYours for whoever does not manage a room; see `manages`."""
    require_proven(by)
    if not await manages(context, by, room.subject, *(powers or (Power.OFFER,))):
        raise RoomNotYours


async def register(
    context: Context, *, by: Actor, address: Address, title: str = "", description: str = ""
) -> tuple[Room, bool]:
    """Let an application distribute events (I13), or change its words; tells whether the room is new."""
    subject = "/".join(address[1:])
    async with directory.acting(context, by=by, action="mediator.room.register", subject=subject) as tx:
        directory.require(by, Power.OFFER, application=subject)
        provider = await directory.application(
            context, tx, member_class=address[1], member_code=address[2], code=address[3]
        )
        return await enter_room(context, tx, by=by, provider=provider, title=title, description=description)


async def enter_room(
    context: Context, tx: Transaction, *, by: Actor, provider: Application, title: str = "", description: str = ""
) -> tuple[Room, bool]:
    """Register or change a room inside the caller's transaction, for configurations and seeds."""
    if not provider.connected:
        raise ApplicationNotConnected
    known = await store.room_id(tx, provider.id)
    made = Room(
        known or ids.new_id(),
        provider.id,
        provider.instance,
        provider.member_class,
        provider.member_code,
        provider.code,
        title or provider.name,
        description,
        by.id,
        clock.timestamp(),
    )
    if known:
        await store.change_room(tx, known, title=made.title, description=made.description)
    else:
        await store.add_room(tx, made)
    await audit.record(tx, by=by, action="mediator.room.register", subject=made.subject, detail={"new": not known})
    address = (made.instance, made.member_class, made.member_code, made.application_code)
    return await find(context, tx, address), not known


async def close(context: Context, *, by: Actor, address: Address) -> None:
    """Close a room: its types, rights and subscriptions go, the log of its events stays."""
    subject = "/".join(address[1:])
    async with directory.on_record(context, by=by, action="mediator.room.close", subject=subject):
        directory.require(by, Power.OFFER, application=subject)
        async with context.database.transaction() as tx:
            await store.remove_room(tx, await find(context, tx, address))
            await audit.record(tx, by=by, action="mediator.room.close", subject=subject)
            tx.after_commit(lambda: forget(context))


async def rooms(context: Context, *, page_size: int | None = None, page_token: str = "") -> Page:
    """Return the open rooms of this instance."""
    limit = pagination.page_size(page_size)
    after = str(pagination.position(context.keys, "rooms", page_token)) if page_token else ""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.rooms(tx, instance=context.settings.text("INSTANCE"), after=after, limit=limit + 1)
    token = pagination.token(context.keys, "rooms", found[limit - 1].id) if len(found) > limit else ""
    return Page(found[:limit], [], [], token)


async def room(context: Context, *, address: Address) -> Room:
    """Return an open room; raises UnknownRoom."""
    async with context.database.reading(one_statement=True) as tx:
        return await find(context, tx, address)


async def add_event_type(
    context: Context, *, by: Actor, address: Address, name: str, schema_text: str, claimed: str = ""
) -> EventType:
    """Register an event type with the schema of its payload (I14); raises EventTypeExists for a known name."""
    subject = f"{'/'.join(address[1:])}/{name}"
    await caller(context, by=by, claimed=claimed)
    async with directory.on_record(context, by=by, action="mediator.event-type.add", subject=subject):
        found = await room(context, address=address)
        await require_manager(context, by, found)
        checked_name(name)
        # Reading a schema at its limits takes a good part of a second: others must not wait for it.
        await asyncio.to_thread(PayloadSchema, schema_text)
        made = EventType(ids.new_id(), found.id, name, schema_text, by.id, clock.timestamp())
        async with context.database.transaction() as tx:
            await find(context, tx, address)
            if await store.count_event_types(tx, found.id) >= TYPES_MAX:
                raise TooManyTypes
            try:
                async with tx.savepoint():
                    await store.add_event_type(tx, made)
            except UniqueViolation as error:
                raise EventTypeExists from error
            await audit.record(tx, by=by, action="mediator.event-type.add", subject=subject)
    return made


async def remove_event_type(context: Context, *, by: Actor, address: Address, name: str, claimed: str = "") -> None:
    """Remove an event type with its subscriptions; the log of its events stays."""
    subject = f"{'/'.join(address[1:])}/{name}"
    await caller(context, by=by, claimed=claimed)
    on_record = directory.on_record(context, by=by, action="mediator.event-type.remove", subject=subject)
    async with on_record, context.database.transaction() as tx:
        found = await find(context, tx, address)
        await require_manager(context, by, found)
        await store.remove_event_type(tx, found, await find_event_type(tx, found, name))
        await audit.record(tx, by=by, action="mediator.event-type.remove", subject=subject)
        tx.after_commit(lambda: forget(context))


async def event_type_names(context: Context, *, by: Actor, address: Address, claimed: str = "") -> list[str]:
    """Return the names of a room's event types, for everybody who is proven."""
    await caller(context, by=by, claimed=claimed)
    async with context.database.reading() as tx:
        return await store.event_type_names(tx, (await find(context, tx, address)).id)


async def event_type(
    context: Context, *, by: Actor, address: Address, name: str, claimed: str = ""
) -> tuple[Room, EventType | None]:
    """Return a room and one of its event types, or None for a type it does not have."""
    await caller(context, by=by, claimed=claimed)
    async with context.database.reading() as tx:
        found = await find(context, tx, address)
        types = await store.event_types(tx, found.id, name=name) if name else []
    return found, types[0] if types else None


async def event_types(
    context: Context, *, address: Address, page_size: int | None = None, page_token: str = ""
) -> Page:
    """Return a room's event types with their schemas and how many subscribe to each (I16)."""
    limit = pagination.page_size(page_size)
    async with context.database.reading() as tx:
        found = await find(context, tx, address)
        purpose = f"event-types/{found.id}"
        after = str(pagination.position(context.keys, purpose, page_token)) if page_token else ""
        types = await store.event_types(tx, found.id, after=after, limit=limit + 1)
    token = pagination.token(context.keys, purpose, types[limit - 1].name) if len(types) > limit else ""
    return Page([found], types[:limit], [], token)


async def rights(
    context: Context, *, by: Actor, address: Address, page_size: int | None = None, page_token: str = ""
) -> Page:
    """Return who may do what in a room, for those who manage it."""
    limit = pagination.page_size(page_size)
    async with context.database.reading() as tx:
        found = await find(context, tx, address)
        await require_manager(context, by, found, Power.GRANT, Power.OFFER, Power.READ)
        purpose = f"room-rights/{found.id}"
        start = pagination.position(context.keys, purpose, page_token) if page_token else ("", "", "")
        held = await store.rights(tx, found.id, after=(start[0], start[1], start[2]), limit=limit + 1)
    last = held[limit - 1] if len(held) > limit else None
    position = (last.client.partition("/")[2], str(last.act), last.event_type) if last else None
    return Page([found], [], held[:limit], pagination.token(context.keys, purpose, position) if position else "")


async def change_rights(
    context: Context, *, by: Actor, address: Address, allow: Iterable[RoomRight] = (), deny: Iterable[RoomRight] = ()
) -> None:
    """Give and take rights in a room, all or none of them; repeating it changes nothing.

    Whoever loses the right to subscribe loses the subscriptions it covered.
    """
    subject, given, taken = "/".join(address[1:]), list(allow), list(deny)
    async with directory.acting(context, by=by, action="mediator.room.rights", subject=subject) as tx:
        found = await find(context, tx, address)
        await require_manager(context, by, found, Power.GRANT)
        tx.after_commit(lambda: forget(context))
        for one in given:
            application_id = await _party(context, tx, found, one)
            if await store.add_right(
                tx, found.id, application_id, act=one.act, event_type=one.event_type, granted_by=by.id
            ):
                await _noted(tx, by, "mediator.room.allow", found, one)
        for one in taken:
            application_id = await _party(context, tx, found, one, leaving=True)
            if await store.remove_right(tx, found.id, application_id, act=one.act, event_type=one.event_type):
                await _noted(tx, by, "mediator.room.deny", found, one)


async def end_subscriptions(tx: Transaction, subscription_ids: list[str], *, reason: str) -> None:
    """End subscriptions inside the caller's transaction, and drop what waits in their queues."""
    await store.end_subscriptions(tx, subscription_ids, reason)


async def forget_application(context: Context, *, application: str) -> None:
    """End what an application that has left (INSTANCE/CLASS/MEMBER/APPLICATION) had in rooms, and its own room."""
    parts = application.split("/")
    if len(parts) != CLIENT_PARTS or parts[0] != context.settings.text("INSTANCE"):
        return
    async with context.database.transaction() as tx:
        try:
            left = await directory.application(context, tx, member_class=parts[1], member_code=parts[2], code=parts[3])
        except (UnknownMember, UnknownApplication):
            return
        if left.connected:  # it has come back before this was heard
            return
        await store.forget_application(tx, left.id)
        tx.after_commit(lambda: forget(context))
        room_id = await store.room_id(tx, left.id)
        if room_id:
            own = Room(room_id, left.id, left.instance, left.member_class, left.member_code, left.code, "", "", "", "")
            await store.remove_room(tx, own)


async def _party(context: Context, tx: Transaction, room: Room, right: RoomRight, *, leaving: bool = False) -> str:
    """Return the id of the application a right is for; raises UnknownParty. A suspended one may still lose rights."""
    parts = right.client.split("/")
    try:
        if len(parts) != CLIENT_PARTS - 1:
            raise UnknownParty
        found = await directory.application(context, tx, member_class=parts[0], member_code=parts[1], code=parts[2])
        if not found.connected and not leaving:
            raise UnknownParty
        if right.event_type != ANY_TYPE and not leaving:
            await find_event_type(tx, room, right.event_type)
    except (UnknownMember, UnknownApplication, UnknownEventType) as problem:
        raise UnknownParty from problem
    return found.id


async def _noted(tx: Transaction, by: Actor, action: str, room: Room, right: RoomRight) -> None:
    detail = {"client": right.client, "act": str(right.act), "eventType": right.event_type}
    await audit.record(tx, by=by, action=action, subject=room.subject, detail=detail)


def _four(parts: list[str]) -> Address:
    return (parts[0], parts[1], parts[2], parts[3])
