"""Rows of passkeys and of what devices were asked."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from govstack.blocks.identity.passkeys.model import PASSKEYS_MAX, Asked, Passkey
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def ask(tx: Transaction, asked: Asked, *, now: str) -> None:
    """Keep what a device is asked, and forget what nobody answered in time."""
    await SQL.forget(tx, before=now)
    await SQL.ask(tx, **asdict(asked))


async def take(tx: Transaction, asked_id: str) -> Asked | None:
    """Return what a device was asked, and forget it: it can be answered once."""
    return msgspec.convert(await SQL.take(tx, id=asked_id), Asked | None, strict=False)


async def add(tx: Transaction, passkey: Passkey) -> None:
    """Add a passkey; raises UniqueViolation for a credential that is there."""
    row = asdict(passkey)
    del row["used_at"]
    await SQL.add(tx, **row)


async def by_credential(tx: Transaction, credential: str) -> Passkey | None:
    """Return the passkey of a credential, or nothing."""
    return msgspec.convert(await SQL.by_credential(tx, credential=credential), Passkey | None, strict=False)


async def listed(tx: Transaction, *, person_id: str) -> list[Passkey]:
    """Return the passkeys of a person, the oldest first."""
    rows = await SQL.listed(tx, person_id=person_id, limit=PASSKEYS_MAX)
    return msgspec.convert(rows, list[Passkey], strict=False)


async def use(tx: Transaction, passkey: Passkey, *, sign_count: int, now: str) -> bool:
    """Note a use with the device's count; false when somebody else noted one meanwhile."""
    return bool(await SQL.use(tx, id=passkey.id, sign_count=sign_count, now=now, was=passkey.sign_count))


async def remove(tx: Transaction, *, person_id: str, passkey_id: str) -> bool:
    """Remove a passkey; false when there was none."""
    return bool(await SQL.remove(tx, id=passkey_id, person_id=person_id))


async def remove_all(tx: Transaction, *, person_id: str) -> int:
    """Remove the passkeys of a person; returns how many there were."""
    return int(await SQL.remove_all(tx, person_id=person_id))
