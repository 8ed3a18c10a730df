"""SQL of pushed requests and of who says to be there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from govstack.blocks.identity.authorising.model import Asked, Named
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def push(tx: Transaction, *, reference: str, client_id: str, asked: Asked, expires_at: str) -> None:
    """Keep a pushed request under the hash of its reference."""
    parameters = msgspec.json.encode(asked).decode()
    await SQL.push(tx, print=_print(reference), client_id=client_id, parameters=parameters, expires_at=expires_at)


async def take_pushed(tx: Transaction, *, reference: str, client_id: str, now: str) -> Asked | None:
    """Return a pushed request and forget it; nothing when it is unknown, late, or another client's."""
    row = await SQL.take_pushed(tx, print=_print(reference), client_id=client_id)
    if row is None or str(row["expires_at"]) <= now:
        return None
    return msgspec.json.decode(str(row["parameters"]), type=Asked)


async def name_person(tx: Transaction, who: Named, *, transaction_id: str) -> None:
    """Keep who says to be there."""
    await SQL.name_person(tx, transaction_id=transaction_id, person_id=who.person_id, one_time_id=who.one_time_id)


async def named(tx: Transaction, *, transaction_id: str) -> Named | None:
    """Return who says to be there, or nothing."""
    row = await SQL.named_person(tx, transaction_id=transaction_id)
    return None if row is None else msgspec.convert({**row, "methods": str(row["methods"]).split()}, Named)


async def note_methods(tx: Transaction, *, transaction_id: str, person_id: str, methods: Sequence[str]) -> None:
    """Keep by which methods the person who is named has proven to be there; nothing when another is named by now."""
    await SQL.note_methods(tx, transaction_id=transaction_id, person_id=person_id, methods=" ".join(methods))


def _print(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
