"""Rows of rooms, event types and rights as model objects."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.mediator.rooms.model import Act, EventType, Ground, Room, RoomRight
from govstack.kernel import clock
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def room(tx: Transaction, parts: tuple[str, str, str, str]) -> Room | None:
    """Return the open room of an application (instance, class, member, application)."""
    row = await SQL.room(tx, **_address(parts))
    return None if row is None else msgspec.convert(row, Room, strict=False)


async def rooms(tx: Transaction, *, instance: str, after: str, limit: int) -> list[Room]:
    """Return open rooms in the order in which they were registered."""
    return msgspec.convert(await SQL.rooms(tx, instance=instance, after=after, limit=limit), list[Room], strict=False)


async def room_id(tx: Transaction, application_id: str) -> str | None:
    """Return the id of an application's room, open or not."""
    row = await SQL.room_of_application(tx, application_id=application_id)
    return None if row is None else str(row["id"])


async def add_room(tx: Transaction, one: Room) -> None:
    """Register a room."""
    kept = ("id", "application_id", "title", "description", "registered_by", "registered_at")
    await SQL.insert_room(tx, **{name: value for name, value in asdict(one).items() if name in kept})


async def change_room(tx: Transaction, room_id: str, *, title: str, description: str) -> None:
    """Change what people read about a room."""
    await SQL.update_room(tx, id=room_id, title=title, description=description)


async def remove_room(tx: Transaction, one: Room) -> None:
    """Remove a room with its types, rights and subscriptions; what waited in its queues is dropped."""
    await SQL.delete_room(tx, id=one.id)
    await _drop(tx, one, "", "The room was closed.")


async def ground(
    tx: Transaction, parts: tuple[str, str, str, str], *, client: tuple[str, str, str, str], event_type: str, act: Act
) -> Ground | None:
    """Return what stands before an act of a client in a room; None when there is no such room."""
    row = await SQL.ground(
        tx,
        **_address(parts),
        client_instance=client[0],
        client_class=client[1],
        client_member=client[2],
        client_code=client[3],
        event_type=event_type,
        act=str(act),
    )
    if row is None:
        return None
    return Ground(
        msgspec.convert(row, Room, strict=False),
        row["event_type_id"] or "",
        row["caller_id"] or "",
        bool(row["allowed"]),
    )


async def add_event_type(tx: Transaction, one: EventType) -> None:
    """Add an event type; raises UniqueViolation when the room has one of this name."""
    await SQL.insert_event_type(tx, **{name: value for name, value in asdict(one).items() if name != "subscriptions"})


async def event_type_names(tx: Transaction, room_id: str) -> list[str]:
    """Return the names of a room's event types."""
    return [str(row["name"]) for row in await SQL.event_type_names(tx, room_id=room_id)]


async def count_event_types(tx: Transaction, room_id: str) -> int:
    """Return how many event types a room has."""
    return int(await SQL.count_event_types(tx, room_id=room_id))


async def event_types(
    tx: Transaction, room_id: str, *, name: str = "", after: str = "", limit: int = 1
) -> list[EventType]:
    """Return a room's event types in order of their names, or the one of a name."""
    rows = await SQL.event_types(tx, room_id=room_id, name=name, after=after, limit=limit)
    return msgspec.convert(rows, list[EventType], strict=False)


async def schema_text(tx: Transaction, event_type_id: str) -> str | None:
    """Return the schema of an event type."""
    text = await SQL.schema_text(tx, id=event_type_id)
    return None if text is None else str(text)


async def remove_event_type(tx: Transaction, room: Room, one: EventType) -> None:
    """Remove an event type with its rights and subscriptions; what waited in their queues is dropped."""
    # The type goes first: its row is what a publication waits for, so nothing is accepted after the queues are empty.
    await SQL.delete_event_type(tx, id=one.id)
    await SQL.delete_rights_of_type(tx, room_id=room.id, event_type=one.name)
    await _drop(tx, room, one.name, "The event type was removed.")


async def rights(tx: Transaction, room_id: str, *, after: tuple[str, str, str], limit: int) -> list[RoomRight]:
    """Return the rights in a room in order of CLASS/MEMBER/APPLICATION, act and type."""
    rows = await SQL.rights(
        tx, room_id=room_id, after_client=after[0], after_act=after[1], after_type=after[2], limit=limit
    )
    return msgspec.convert(rows, list[RoomRight], strict=False)


async def add_right(
    tx: Transaction, room_id: str, application_id: str, *, act: Act, event_type: str, granted_by: str
) -> bool:
    """Give a right; false when it was there."""
    return bool(
        await SQL.insert_right(
            tx,
            room_id=room_id,
            application_id=application_id,
            act=str(act),
            event_type=event_type,
            granted_by=granted_by,
            granted_at=clock.timestamp(),
        )
    )


async def remove_right(tx: Transaction, room_id: str, application_id: str, *, act: Act, event_type: str) -> bool:
    """Take a right away, and end the subscriptions that no other right covers; false when there was none."""
    removed = await SQL.delete_right(
        tx, room_id=room_id, application_id=application_id, act=str(act), event_type=event_type
    )
    if removed and act is Act.SUBSCRIBE:
        rows = await SQL.uncovered_subscriptions(tx, room_id=room_id, application_id=application_id)
        await end_subscriptions(tx, [str(row["id"]) for row in rows], "The right to subscribe was taken away.")
    return bool(removed)


async def end_subscriptions(tx: Transaction, subscription_ids: list[str], reason: str) -> None:
    """End subscriptions and drop what waits in their queues."""
    if subscription_ids:
        await SQL.end_subscriptions(tx, ids=subscription_ids)
        await SQL.drop_queues(tx, ids=subscription_ids, now=clock.timestamp(), reason=reason)


async def forget_application(tx: Transaction, application_id: str) -> None:
    """Remove the rights and subscriptions of an application that has left."""
    await SQL.delete_rights_of_application(tx, application_id=application_id)
    rows = await SQL.subscriptions_of_application(tx, application_id=application_id)
    await end_subscriptions(tx, [str(row["id"]) for row in rows], "The subscriber has left.")


async def _drop(tx: Transaction, room: Room, event_type: str, reason: str) -> None:
    await SQL.drop_deliveries(tx, room=room.identifier, event_type=event_type, now=clock.timestamp(), reason=reason)


def _address(parts: tuple[str, str, str, str]) -> dict[str, str]:
    return {"instance": parts[0], "member_class": parts[1], "member_code": parts[2], "code": parts[3]}
