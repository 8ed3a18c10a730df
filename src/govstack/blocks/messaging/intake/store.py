"""Rows of requests and messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from govstack.blocks.messaging.intake.model import Channel, Kind, State
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Turn:
    """The row of a sender's pace, held until the transaction ends."""

    slot_at: str
    used: int
    day: str
    day_messages: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a request; the callback is sealed."""

    id: str
    sender_id: str
    kind: Kind
    urgent: bool
    messages: int
    content_bytes: int
    callback: bytes | None
    received_at: str
    expires_at: str
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is written down; a malformed one has neither key nor seal."""

    id: str
    recipient_hash: str
    due_at: str
    state: State
    reason: str
    sealed_key: bytes = b""
    sealed: bytes = b""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message that somebody received, and who sent it."""

    message_id: str
    request_id: str
    sender_id: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a request stand in one state."""

    state: State
    reason: str
    later: bool
    messages: int


async def claim(tx: Transaction, *, mhashes: Sequence[str], request_id: str, now: str, until: str) -> str:
    """Return the id under which this request is known: the given one, or that of the same request before.

    The hashes are the present one and those under earlier secrets.
    """
    if earlier := mhashes[1:]:
        known = await SQL.recent(tx, mhashes=list(earlier), now=now)
        if known is not None:
            return str(known)
    while not await SQL.claim_hash(tx, mhash=mhashes[0], request_id=request_id, now=now, until=until):
        if (known := await SQL.recent(tx, mhashes=list(mhashes[:1]), now=now)) is not None:
            return str(known)
    return request_id


async def hold_pace(tx: Transaction, sender_id: str) -> Turn:
    """Return a sender's pace; others who accept for it wait until this transaction has ended."""
    return msgspec.convert(await SQL.hold_pace(tx, sender_id=sender_id), Turn, strict=False)


async def move_pace(tx: Transaction, sender_id: str, turn: Turn) -> None:
    """Write a sender's pace."""
    await SQL.move_pace(
        tx, sender_id=sender_id, slot_at=turn.slot_at, used=turn.used, day=turn.day, day_messages=turn.day_messages
    )


async def add_request(tx: Transaction, request: Request, *, mhash: str, correlation_id: str) -> None:
    """Add a request; one with this id is left as it is."""
    row = {name: getattr(request, name) for name in Request.__slots__}
    row |= {"kind": str(request.kind), "channel": str(request.channel)}
    await SQL.insert_request(tx, **row, mhash=mhash, correlation_id=correlation_id)


async def add_messages(tx: Transaction, request_id: str, messages: list[Message], *, channel: Channel, at: str) -> None:
    """Add messages, each with its first event."""
    rows: Iterable[tuple[object, ...]] = [
        (one.id, request_id, str(channel), one.recipient_hash, one.due_at) for one in messages
    ]
    await tx.copy("message", ("id", "request_id", "channel", "recipient_hash", "due_at"), rows)
    rows = [(one.id, 1, str(one.state), one.reason, "", 0, at) for one in messages]
    columns = ("message_id", "sequence", "state", "reason", "provider", "response_code", "at")
    await tx.copy("message_event", columns, rows)


async def add_sealed(tx: Transaction, request_id: str, sealed: list[tuple[str, bytes, bytes]]) -> None:
    """Add what can be read, sealed, and apart from it the sealed keys."""
    await tx.copy(
        "message_secret", ("id", "request_id", "sealed_key"), [(one, request_id, key) for one, key, _ in sealed]
    )
    await tx.copy("message_content", ("id", "sealed"), [(one, content) for one, _, content in sealed])


async def add_tally(tx: Transaction, request_id: str, status: str, messages: int) -> None:
    """Add a number that was counted elsewhere."""
    await SQL.insert_tally(tx, request_id=request_id, status=status, messages=messages)


async def request(tx: Transaction, request_id: str) -> Request | None:
    """Return a request by its id."""
    row = await SQL.request(tx, id=request_id)
    return None if row is None else msgspec.convert(row, Request, strict=False)


async def latest_to(tx: Transaction, channel: Channel, hashes: list[str], *, since: str) -> Addressed | None:
    """Return the latest message of a channel to whoever has one of these hashes."""
    row = await SQL.latest_to(tx, channel=str(channel), hashes=hashes, since=since)
    return None if row is None else msgspec.convert(row, Addressed, strict=False)


async def counts(tx: Transaction, request_id: str, *, now: str) -> list[Count]:
    """Return how the messages of a request stand."""
    return msgspec.convert(await SQL.counts(tx, request_id=request_id, now=now), list[Count], strict=False)


async def tally(tx: Transaction, request_id: str) -> dict[str, int]:
    """Return the numbers that were counted elsewhere."""
    return {row["status"]: row["messages"] for row in await SQL.tally(tx, request_id=request_id)}


async def forget_recent(tx: Transaction, *, now: str, limit: int) -> int:
    """Forget requests whose day is over; return how many."""
    return int(await SQL.forget_recent(tx, now=now, limit=limit))
