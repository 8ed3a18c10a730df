"""Rows of schedules and their turns."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.schedules.model import TURNS_SHOWN_MAX, Outcome, Plan, Schedule, State, Turn
from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def add(
    tx: Transaction, plan: Plan, *, schedule_id: str, sender_id: str, mhash: str, messages: int, next_at: str
) -> bool:
    """Add a schedule; false when the same one is active."""
    return bool(
        await SQL.insert_schedule(
            tx,
            id=schedule_id,
            sender_id=sender_id,
            mhash=mhash,
            every=str(plan.every),
            first_at=plan.first_at,
            zone=plan.zone,
            last_day=plan.last_day,
            times=plan.times,
            messages=messages,
            next_at=next_at,
            now=clock.timestamp(),
        )
    )


async def same(tx: Transaction, mhashes: list[str]) -> Schedule | None:
    """Return the active schedule that says the same."""
    return _schedule(await SQL.same(tx, mhashes=mhashes))


async def seal(tx: Transaction, schedule_id: str, *, sealed_key: bytes, sealed: bytes) -> None:
    """Add what can be read, sealed, and apart from it the sealed key."""
    await SQL.insert_secret(tx, id=schedule_id, sealed_key=sealed_key)
    await SQL.insert_content(tx, id=schedule_id, sealed=sealed)


async def sealed(tx: Transaction, schedule_id: str) -> tuple[bytes, bytes] | None:
    """Return the sealed key and what it opens, unless they were erased."""
    row = await SQL.sealed(tx, id=schedule_id)
    return None if row is None else (row["sealed_key"], row["sealed"])


async def schedule(tx: Transaction, schedule_id: str) -> Schedule | None:
    """Return a schedule."""
    return _schedule(await SQL.schedule(tx, id=schedule_id))


async def schedules(tx: Transaction, *, sender_id: str, before: int, limit: int) -> list[Schedule]:
    """Return schedules of a sender, or of all, newest first."""
    rows = await SQL.schedules(tx, sender_id=sender_id, before=before, limit=limit)
    return msgspec.convert(rows, list[Schedule], strict=False)


async def active(tx: Transaction, sender_id: str) -> int:
    """Return how many schedules of a sender go on."""
    return int(await SQL.active(tx, sender_id=sender_id))


async def hold(tx: Transaction, found: Schedule) -> bool:
    """Keep a schedule for this transaction; false when it has moved on or was cancelled."""
    return bool(await SQL.hold(tx, id=found.id, turn=found.turn, now=clock.timestamp()))


async def move(tx: Transaction, schedule_id: str, *, turn: int, next_at: str, state: State) -> None:
    """Write which turn is next; one that has no next turn loses what can be read."""
    now = clock.timestamp()
    await SQL.move(tx, id=schedule_id, turn=turn, next_at=next_at, state=str(state), now=now)
    if state is not State.ACTIVE:
        await _erase(tx, schedule_id)


async def cancel(tx: Transaction, schedule_id: str) -> bool:
    """Cancel a schedule and take away what can be read; false when it had come to its end."""
    cancelled = bool(await SQL.cancel(tx, id=schedule_id, now=clock.timestamp()))
    if cancelled:
        await _erase(tx, schedule_id)
    return cancelled


async def of_closed(tx: Transaction, *, limit: int) -> list[str]:
    """Return active schedules of senders that were closed."""
    return [row["id"] for row in await SQL.of_closed(tx, limit=limit)]


async def add_turn(
    tx: Transaction, schedule_id: str, *, turn: int, due_at: str, outcome: Outcome, request_id: str = ""
) -> None:
    """Write what became of a turn."""
    await SQL.insert_turn(
        tx,
        schedule_id=schedule_id,
        turn=turn,
        due_at=due_at,
        outcome=str(outcome),
        request_id=request_id,
        at=clock.timestamp(),
    )


async def turns(tx: Transaction, schedule_id: str) -> list[Turn]:
    """Return the latest turns of a schedule, the last one first."""
    rows = await SQL.turns(tx, schedule_id=schedule_id, limit=TURNS_SHOWN_MAX)
    return msgspec.convert(rows, list[Turn], strict=False)


async def _erase(tx: Transaction, schedule_id: str) -> None:
    await SQL.erase_secret(tx, id=schedule_id)
    await SQL.erase_content(tx, id=schedule_id)


def _schedule(row: Row | None) -> Schedule | None:
    return None if row is None else msgspec.convert(row, Schedule, strict=False)
