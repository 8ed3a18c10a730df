"""Rows of wordings."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.wording.model import Channel, FieldKind, Text, Wording
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


async def latest(tx: Transaction, *, sender_id: str, name: str) -> Wording | None:
    """Return the latest version of a wording, one that took it out of use too."""
    row = await SQL.latest(tx, sender_id=sender_id, channel=str(Channel.EMAIL), name=name)
    return None if row is None else _wording(row)


async def wordings(tx: Transaction, *, sender_id: str, before: int, limit: int) -> list[Wording]:
    """Return the wordings in use of a sender, or of all, the one that was written last first."""
    return [_wording(row) for row in await SQL.wordings(tx, sender_id=sender_id, before=before, limit=limit)]


async def names(tx: Transaction, sender_id: str) -> int:
    """Return how many wordings a sender ever had."""
    return int(await SQL.names(tx, sender_id=sender_id))


async def add(tx: Transaction, wording: Wording) -> bool:
    """Add a version; false when somebody else added it."""
    return bool(
        await SQL.add(
            tx,
            sender_id=wording.sender_id,
            channel=str(wording.channel),
            name=wording.name,
            version=wording.version,
            fallback=wording.fallback,
            fields=msgspec.json.encode(wording.fields).decode(),
            texts=msgspec.json.encode(wording.texts).decode(),
            retired=wording.retired,
            created_by=wording.created_by,
            created_at=wording.created_at,
        )
    )


def _wording(row: Row) -> Wording:
    fields = msgspec.json.decode(row["fields"], type=dict[str, FieldKind])
    texts = msgspec.json.decode(row["texts"], type=dict[str, Text])
    return msgspec.convert({**row, "fields": fields, "texts": texts}, Wording, strict=False)
