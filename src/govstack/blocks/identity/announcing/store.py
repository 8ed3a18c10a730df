"""SQL of subscriptions and announcements."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.announcing.model import Announcement, Subscription
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def put_subscription(tx: Transaction, wanted: Subscription, *, now: str) -> None:
    """Keep what a partner is told of."""
    await SQL.put_subscription(
        tx, partner_id=wanted.partner_id, types=msgspec.json.encode(wanted.types).decode(), now=now
    )


async def subscriptions(tx: Transaction) -> list[Subscription]:
    """Return all subscriptions."""
    rows = await SQL.subscriptions(tx)
    return [msgspec.convert({**row, "types": msgspec.json.decode(str(row["types"]))}, Subscription) for row in rows]


async def announce(tx: Transaction, made: Announcement, *, event_id: str) -> bool:
    """Keep an announcement; tells whether it is the first one of this event for its subscriber."""
    return bool(await SQL.announce(tx, **msgspec.to_builtins(made), event_id=event_id))


async def announcement(tx: Transaction, *, announcement_id: str) -> Announcement | None:
    """Return an announcement, or nothing."""
    row = await SQL.announcement_by_id(tx, id=announcement_id)
    return None if row is None else msgspec.convert(row, Announcement)


async def forget(tx: Transaction, *, before: str) -> None:
    """Forget announcements that nobody has to read any more."""
    await SQL.forget_announcements(tx, before=before)
