"""Rows of events, deliveries and queues for those who look after rooms."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.publishing.model import Event, Progress
from govstack.blocks.mediator.tracking.model import Delivery, Queue, Try, Wanted
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)

_EVENT = {
    "room": "e.room = :room",
    "event_type": "e.event_type = :event_type",
    "publisher": "e.publisher = :publisher",
    "event_id": "e.id = :event_id",
    "since": "e.received_at >= :since",
    "until": "e.received_at < :until",
}
_DELIVERY = {
    "room": "d.room = :room",
    "event_type": "d.event_type = :event_type",
    "subscriber": "d.subscriber = :subscriber",
    "publisher": "e.publisher = :publisher",
    "event_id": "e.id = :event_id",
    "state": "d.state = :state",
    "since": "d.created_at >= :since",
    "until": "d.created_at < :until",
}
_WAITS = "EXISTS (SELECT 1 FROM delivery d WHERE d.event_number = e.number AND d.state = 'waiting')"
_MISSES = "EXISTS (SELECT 1 FROM delivery d WHERE d.event_number = e.number AND d.state <> 'delivered')"
_PROGRESS = {
    Progress.PENDING: f"e.stopped_at = '' AND {_WAITS}",
    Progress.DELIVERED: f"e.stopped_at = '' AND NOT {_MISSES}",
    Progress.INCOMPLETE: f"e.stopped_at = '' AND NOT {_WAITS} AND {_MISSES}",
    Progress.STOPPED: "e.stopped_at <> ''",
}


async def events(tx: Transaction, wanted: Wanted, *, before: int, limit: int) -> list[Event]:
    """Return events without their payloads, newest first, older than a number (0 for the newest)."""
    conditions, parameters = _where(wanted, _EVENT, "e", before)
    if wanted.state:
        conditions.append(_PROGRESS[Progress(wanted.state)])
    rows = await tx.fetch(
        "SELECT e.number, e.id, e.room, e.event_type, e.publisher, e.digest, e.key, e.sequence, e.payload_bytes,"
        " e.received_at, e.stopped_by, e.stopped_at, e.correlation_id FROM event e"
        f" WHERE {' AND '.join(conditions)} ORDER BY e.number DESC LIMIT :limit",
        **parameters,
        limit=limit,
    )
    return msgspec.convert(rows, list[Event], strict=False)


async def deliveries(
    tx: Transaction, wanted: Wanted, *, number: int = 0, before: int = 0, limit: int = 1
) -> list[Delivery]:
    """Return deliveries, newest first, older than a number (0 for the newest), or the one of a number."""
    conditions, parameters = _where(wanted, _DELIVERY, "d", before)
    if number:
        conditions.append("d.number = :number")
        parameters["number"] = number
    rows = await tx.fetch(
        "SELECT d.number, e.id AS event_id, d.subscription_id, d.room, d.event_type, e.publisher, d.subscriber, d.key,"
        " e.sequence, d.state, d.attempts, d.created_at, d.due_at, d.expires_at, d.finished_at, d.reason"
        " FROM delivery d JOIN event e ON e.number = d.event_number"
        f" WHERE {' AND '.join(conditions)} ORDER BY d.number DESC LIMIT :limit",
        **parameters,
        limit=limit,
    )
    return msgspec.convert(rows, list[Delivery], strict=False)


async def tries(tx: Transaction, number: int, *, limit: int) -> list[Try]:
    """Return the attempts to deliver, the first ones first."""
    return msgspec.convert(await SQL.tries(tx, number=number, limit=limit), list[Try], strict=False)


async def queues(tx: Transaction, room_id: str, room: str, *, after: str, limit: int) -> list[Queue]:
    """Return the queues of a room's subscriptions."""
    rows = await SQL.queues(tx, room_id=room_id, room=room, after=after, limit=limit)
    return msgspec.convert(rows, list[Queue], strict=False)


async def requeue(tx: Transaction, number: int, *, now: str, expires_at: str) -> bool:
    """Put a dead letter back; false when it is none."""
    return bool(await SQL.requeue(tx, number=number, now=now, expires_at=expires_at))


async def drop(tx: Transaction, number: int, *, now: str) -> bool:
    """Give a dead letter up for good; false when it is none."""
    return bool(await SQL.drop(tx, number=number, now=now))


async def has_payload(tx: Transaction, number: int) -> bool:
    """Tell whether the payload of a delivery is still kept."""
    return bool(await SQL.has_payload(tx, number=number))


async def forget_payloads(tx: Transaction, *, now: str, limit: int) -> int:
    """Delete payloads whose time is over, and drop the dead letters that needed them; return how many."""
    numbers = [int(row["event_number"]) for row in await SQL.old_payloads(tx, now=now, limit=limit)]
    if numbers:
        await SQL.drop_dead(tx, event_numbers=numbers, now=now)
        await SQL.delete_payloads(tx, event_numbers=numbers)
    return len(numbers)


async def forget_events(tx: Transaction, *, before: str, limit: int) -> int:
    """Delete the log of events received before a moment, with their deliveries and attempts; return how many."""
    return int(await SQL.delete_events(tx, before=before, limit=limit))


def _where(wanted: Wanted, known: dict[str, str], table: str, before: int) -> tuple[list[str], dict[str, object]]:
    """Return the conditions for what is asked, so that each search can use the index that fits it."""
    given = {name: getattr(wanted, name) for name in known if getattr(wanted, name)}
    conditions = [known[name] for name in given]
    if before:
        conditions.append(f"{table}.number < :before")
        given["before"] = before
    return conditions or ["1 = 1"], given
