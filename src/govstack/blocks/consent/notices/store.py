"""Rows of webhooks, with their secrets sealed, and the switch for all notices."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.consent.notices.model import Webhook
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook with its sealed secret."""

    webhook: Webhook
    sealed: bytes


async def add(tx: Transaction, kept: Kept, *, created_at: str) -> None:
    """Add a webhook."""
    one = kept.webhook
    await SQL.add(
        tx, id=one.id, payload_url=one.payload_url, content_type=one.content_type, disabled=one.disabled,
        secret=kept.sealed, created_at=created_at,
    )  # fmt: skip


async def change(tx: Transaction, kept: Kept) -> None:
    """Change a webhook."""
    one = kept.webhook
    await SQL.change(
        tx, id=one.id, payload_url=one.payload_url, content_type=one.content_type, disabled=one.disabled,
        secret=kept.sealed,
    )  # fmt: skip


async def remove(tx: Transaction, webhook_id: str) -> bool:
    """Remove a webhook; false when there was none."""
    return bool(await SQL.remove(tx, id=webhook_id))


async def by_id(tx: Transaction, webhook_id: str) -> Kept | None:
    """Return a webhook."""
    found = await SQL.by_id(tx, id=webhook_id)
    return None if found is None else _kept(found)


async def listed(tx: Transaction, *, limit: int, offset: int = 0) -> list[Kept]:
    """Return webhooks, the oldest first."""
    return [_kept(row) for row in await SQL.listed(tx, limit=limit, offset=offset)]


async def count(tx: Transaction) -> int:
    """Return how many webhooks there are."""
    return int(await SQL.count(tx))


async def is_on(tx: Transaction) -> bool:
    """Tell whether notices are sent at all."""
    return bool(await SQL.is_on(tx))


async def switch(tx: Transaction, *, enabled: bool) -> None:
    """Switch all notices on or off."""
    await SQL.switch(tx, enabled=enabled)


def _kept(row: Row) -> Kept:
    sealed = bytes(row["secret"])
    shown = {
        "id": row["id"],
        "payloadUrl": row["payload_url"],
        "contentType": row["content_type"],
        "disabled": bool(row["disabled"]),
    }
    return Kept(msgspec.convert(shown, Webhook), sealed)
