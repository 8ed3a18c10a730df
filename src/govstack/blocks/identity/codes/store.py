"""Rows of one-time codes."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.browsers.model import Origin
from govstack.blocks.identity.codes.model import Channel, Code
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def put(tx: Transaction, *, person_id: str, purpose: str, channel: Channel, print_: str, expires_at: str) -> None:
    """Keep a code in the place of an earlier one for the same purpose."""
    await SQL.put(tx, person_id=person_id, purpose=purpose, channel=channel.value, print=print_, expires_at=expires_at)


async def count_try(tx: Transaction, *, person_id: str, purpose: str, now: str, latest: str) -> Code | None:
    """Count a try of the code for a purpose and return it; nothing when there is none that lives, until `latest`."""
    row = await SQL.count_try(tx, person_id=person_id, purpose=purpose, now=now, latest=latest)
    return msgspec.convert(row, Code | None, strict=False)


async def use(tx: Transaction, code: Code, *, person_id: str, purpose: str) -> bool:
    """Use a code up; false when somebody did before."""
    return bool(await SQL.use(tx, person_id=person_id, purpose=purpose, print=code.print))


async def note_sending(
    tx: Transaction, *, sending_id: str, person_id: str, at: str, since: str, origin: Origin
) -> tuple[int, int]:
    """Note that a code is sent, and forget what is older than `since`.

    Returns how many were sent since then for this origin, and for all that the person is not known at.
    """
    await SQL.forget(tx, before=since)
    await SQL.forget_sendings(tx, before=since)
    await SQL.note_sending(tx, id=sending_id, person_id=person_id, at=at, origin=origin.name, known=origin.known)
    row = await SQL.sendings(tx, person_id=person_id, since=since, until=at, origin=origin.name)
    return int(row["here"]), int(row["strangers"])
