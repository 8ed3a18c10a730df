"""Rows of senders and keys as model objects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

import msgspec

from govstack.blocks.messaging.senders.model import Key, Sender
from govstack.kernel import clock
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
_FIXED = frozenset({"created_by", "created_at"})


async def by_key(tx: Transaction, hashes: list[str]) -> Sender | None:
    """Return the active sender whose unrevoked key has one of these hashes."""
    return _sender(await SQL.by_key(tx, hashes=hashes))


async def by_application(tx: Transaction, application: str) -> Sender | None:
    """Return the active sender that an application of the mediator sends for."""
    return _sender(await SQL.by_application(tx, application=application))


async def by_id(tx: Transaction, sender_id: str) -> Sender | None:
    """Return a sender, active or closed."""
    return _sender(await SQL.by_id(tx, id=sender_id))


async def hold(tx: Transaction, sender_id: str) -> Sender | None:
    """Return a sender to be changed; others who change it wait until this transaction has ended."""
    return _sender(await SQL.hold(tx, id=sender_id))


async def senders(tx: Transaction, *, after: str, limit: int) -> list[Sender]:
    """Return senders in the order of their ids, those after one."""
    return [msgspec.convert(row, Sender, strict=False) for row in await SQL.senders(tx, after=after, limit=limit)]


async def names(tx: Transaction, sender_ids: Collection[str]) -> dict[str, str]:
    """Return what senders are called, by id."""
    return {row["id"]: row["organisation_name"] for row in await SQL.names(tx, ids=list(sender_ids))}


async def keys(tx: Transaction, sender_id: str) -> list[Key]:
    """Return all keys of a sender, revoked ones too."""
    return msgspec.convert(await SQL.keys(tx, sender_id=sender_id), list[Key], strict=False)


async def add(tx: Transaction, sender: Sender) -> bool:
    """Add a sender; false when there is one with this id. Raises UniqueViolation when its application is taken."""
    is_new = bool(await SQL.insert_sender(tx, **_row(sender)))
    await SQL.insert_pace(tx, sender_id=sender.id)
    return is_new


async def update(tx: Transaction, sender: Sender) -> None:
    """Write a changed sender."""
    await SQL.update_sender(tx, **{name: value for name, value in _row(sender).items() if name not in _FIXED})


async def add_key(tx: Transaction, *, key_id: str, sender_id: str, hashed: str, by: str) -> bool:
    """Add a key; false when there is one with this hash."""
    return bool(
        await SQL.insert_key(tx, id=key_id, sender_id=sender_id, hash=hashed, created_by=by, now=clock.timestamp())
    )


async def revoke_key(tx: Transaction, *, key_id: str, sender_id: str) -> bool:
    """Revoke a key; false when it is not there or was revoked before."""
    return bool(await SQL.revoke_key(tx, id=key_id, sender_id=sender_id, now=clock.timestamp()))


def _sender(row: Row | None) -> Sender | None:
    return None if row is None else msgspec.convert(row, Sender, strict=False)


def _row(sender: Sender) -> dict[str, object]:
    return {**asdict(sender), "state": str(sender.state)}
