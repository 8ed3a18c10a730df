"""Rows of the event log as model objects."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.publishing.model import Event
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


class Known(msgspec.Struct, frozen=True):
    """An event that a publisher has sent before under the same request key."""

    id: str
    event_type: str
    digest: str


async def next_sequence(tx: Transaction, event_type_id: str, key: str) -> int:
    """Return the next number of a key, and let nobody else publish under it before this transaction ends.

    Raises ForeignKeyViolation when the event type is gone.
    """
    return int(await SQL.next_sequence(tx, event_type_id=event_type_id, key=key))


async def add(tx: Transaction, event: Event, *, request_key: str, kept_until: str) -> int:
    """Write an event and its payload; returns its number. Raises UniqueViolation for an id or request key in use."""
    number = await SQL.insert_event(
        tx,
        id=event.id,
        room=event.room,
        event_type=event.event_type,
        publisher=event.publisher,
        request_key=request_key or None,
        digest=event.digest,
        key=event.key,
        sequence=event.sequence,
        payload_bytes=event.payload_bytes,
        received_at=event.received_at,
        correlation_id=event.correlation_id,
    )
    await SQL.insert_payload(tx, event_number=number, content=event.content, kept_until=kept_until)
    return int(number)


async def by_request(tx: Transaction, *, room: str, publisher: str, request_key: str) -> Known | None:
    """Return the event that a publisher sent under a request key."""
    row = await SQL.by_request(tx, room=room, publisher=publisher, request_key=request_key)
    return None if row is None else msgspec.convert(row, Known)


async def event(tx: Transaction, event_id: str) -> Event | None:
    """Return an event with its payload, as far as that is kept."""
    row = await SQL.event(tx, id=event_id)
    return None if row is None else msgspec.convert(row, Event, strict=False)


async def stop(tx: Transaction, number: int, *, stopped_by: str, stopped_at: str) -> bool:
    """Note that an event was stopped; false when it was before."""
    return bool(await SQL.stop(tx, number=number, stopped_by=stopped_by, stopped_at=stopped_at))
