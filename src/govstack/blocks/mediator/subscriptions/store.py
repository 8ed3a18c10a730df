"""Rows of subscriptions as model objects."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import msgspec

from govstack.blocks.mediator.subscriptions.model import Mode, Subscription
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_JOINED = frozenset({"room", "event_type", "subscriber"})
_FIXED = _JOINED | {"event_type_id", "application_id", "created_by", "created_at"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which subscriptions of a room to find; an empty text means any."""

    id: str = ""
    event_type: str = ""
    application_id: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who receives an event, and for how long it is offered to them."""

    id: str
    ttl_seconds: int
    mode: Mode
    subscriber: str


async def find(tx: Transaction, room_id: str, wanted: Wanted, *, after: str = "", limit: int = 1) -> list[Subscription]:
    """Return subscriptions in a room, in the order in which they were made."""
    rows = await SQL.subscriptions(tx, room_id=room_id, after=after, limit=limit, **asdict(wanted))
    return msgspec.convert(rows, list[Subscription], strict=False)


async def by_id(tx: Transaction, ids: list[str]) -> list[Subscription]:
    """Return the subscriptions of these ids that there are."""
    rows = await SQL.subscriptions_by_id(tx, ids=ids) if ids else []
    return msgspec.convert(rows, list[Subscription], strict=False)


async def receivers(tx: Transaction, event_type_id: str) -> list[Receiver]:
    """Return who receives events of a type."""
    rows = await SQL.of_event_type(tx, event_type_id=event_type_id)
    return msgspec.convert(rows, list[Receiver], strict=False)


async def add(tx: Transaction, one: Subscription) -> None:
    """Add a subscription; raises UniqueViolation for a second one, ForeignKeyViolation when the type is gone."""
    await SQL.insert_subscription(tx, **_own(one, _JOINED))


async def update(tx: Transaction, one: Subscription) -> None:
    """Write a changed subscription."""
    await SQL.update_subscription(tx, **_own(one, _FIXED))


def _own(one: Subscription, without: frozenset[str]) -> dict[str, object]:
    return {**{name: value for name, value in asdict(one).items() if name not in without}, "mode": str(one.mode)}
