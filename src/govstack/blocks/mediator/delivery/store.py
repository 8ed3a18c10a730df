"""Rows of the queues as parcels, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from govstack.blocks.mediator.delivery.model import Attempt, Letter, Parcel, Settlement, State
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


class Standing(msgspec.Struct, frozen=True):
    """Where an event stands with one subscriber."""

    number: int
    state: State
    attempts: int


async def add(
    tx: Transaction, *, event_number: int, room: str, event_type: str, key: str, now: str, letters: Sequence[Letter]
) -> None:
    """Queue an event for its subscribers."""
    rows = [
        {
            "event_number": event_number,
            "subscription_id": letter.subscription_id,
            "room": room,
            "event_type": event_type,
            "subscriber": letter.subscriber,
            "key": key,
            "now": now,
            "expires_at": letter.expires_at,
        }
        for letter in letters
    ]
    if rows:
        await SQL.insert_delivery(tx, rows)


async def due(tx: Transaction, *, now: str) -> dict[str, str]:
    """Return when each pushing subscription with a queue has something to do, by subscription."""
    return {str(row["id"]): str(row["due_at"]) for row in await SQL.due(tx, now=now) if row["due_at"]}


async def expire(tx: Transaction, *, now: str, limit: int) -> int:
    """End what has waited too long in any queue; return how many, at most `limit`."""
    return int(await SQL.expire(tx, now=now, limit=limit))


async def candidates(tx: Transaction, subscription_id: str, *, now: str, limit: int) -> list[int]:
    """Return deliveries that are due, the longest due first."""
    rows = await SQL.due_deliveries(tx, subscription_id=subscription_id, now=now, limit=limit)
    return [int(row["number"]) for row in rows]


async def heads(tx: Transaction, subscription_id: str, *, after: str, now: str, limit: int) -> list[int]:
    """Return the heads of keys that are due, in order of the keys behind `after`."""
    rows = await SQL.due_heads(tx, subscription_id=subscription_id, after=after, now=now, limit=limit)
    return [int(row["number"]) for row in rows]


async def take(tx: Transaction, numbers: list[int], *, worker: str, now: str, until: str) -> list[Parcel]:
    """Lease deliveries to a worker and return those it got."""
    free = [int(row["number"]) for row in await SQL.lock_deliveries(tx, numbers=numbers)] if numbers else []
    rows = await SQL.take(tx, numbers=free, worker=worker, now=now, until=until) if free else []
    return await parcels(tx, [int(row["number"]) for row in rows])


async def parcels(tx: Transaction, numbers: list[int]) -> list[Parcel]:
    """Return deliveries with their events."""
    rows = await SQL.parcels(tx, numbers=numbers) if numbers else []
    return msgspec.convert(rows, list[Parcel], strict=False)


async def settle(tx: Transaction, settlements: Iterable[Settlement], *, worker: str, now: str) -> None:
    """Write what became of deliveries, unless somebody ended them meanwhile; their attempts are logged all the same."""
    settlements = list(settlements)
    returned = [one.number for one in settlements if one.returned]
    settled = [one for one in settlements if not one.returned]
    if returned:
        await SQL.give_back(tx, numbers=returned, worker=worker)
    # An event that has arrived has arrived, also when the lease was over before.
    if done := [one.number for one in settled if one.state is State.DELIVERED]:
        await SQL.settle_delivered(tx, numbers=done, now=now)
    again = [one for one in settled if one.state is State.WAITING]
    if again:
        await SQL.settle_retry(
            tx,
            [{"number": o.number, "due_at": o.due_at, "reason": o.reason, "worker": worker} for o in again],
        )
    dead = [one for one in settled if one.state is State.DEAD]
    if dead:
        await SQL.settle_dead(
            tx, [{"number": o.number, "now": now, "reason": o.reason, "worker": worker} for o in dead]
        )
    await log(tx, [one.attempt for one in settled if one.attempt is not None])


async def log(tx: Transaction, attempts: Sequence[Attempt]) -> None:
    """Write attempts to the log."""
    rows = [
        {
            "delivery_number": one.parcel.number,
            "attempt": one.parcel.attempt,
            "at": one.at,
            "duration_us": one.duration_us,
            "status": one.status,
            "outcome": str(one.result),
            "reason": one.reason,
            "message_id": one.message_id,
        }
        for one in attempts
    ]
    if rows:
        await SQL.insert_attempt(tx, rows)


async def next_to_pull(tx: Transaction, subscription_id: str, *, now: str) -> Parcel | None:
    """Count one more hand-out of the oldest delivery that waits in a queue, and return it."""
    number = await SQL.next_to_pull(tx, subscription_id=subscription_id, now=now)
    if number is None or not await SQL.count_pull(tx, number=number):
        return None
    found = await parcels(tx, [int(number)])
    return found[0] if found else None


async def standing(tx: Transaction, subscription_id: str, event_id: str) -> Standing | None:
    """Return where an event stands in a queue."""
    row = await SQL.delivery_of_event(tx, subscription_id=subscription_id, event_id=event_id)
    return None if row is None else msgspec.convert(row, Standing, strict=False)


async def acknowledge(tx: Transaction, number: int, *, now: str) -> None:
    """Take a delivery as arrived."""
    await SQL.settle_delivered(tx, numbers=[number], now=now)


async def stop_event(tx: Transaction, event_number: int, *, now: str, reason: str) -> int:
    """End every delivery of an event that still waits; return how many."""
    return int(await SQL.stop_event(tx, event_number=event_number, now=now, reason=reason))


async def tallies(tx: Transaction, event_numbers: list[int]) -> dict[int, dict[State, int]]:
    """Return how many deliveries of each event stand where."""
    found: dict[int, dict[State, int]] = {number: {} for number in event_numbers}
    for row in await SQL.tallies(tx, event_numbers=event_numbers) if event_numbers else ():
        found[int(row["event_number"])][State(row["state"])] = int(row["deliveries"])
    return found
