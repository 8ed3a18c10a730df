"""Rows of people's messages, sealed; whose they are is a keyed hash."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message as it is kept."""

    number: int
    id: str
    person_hash: str
    sealed: bytes
    received_at: str


async def add(tx: Transaction, *, message_id: str, person_hash: str, sealed: bytes, at: str) -> None:
    """Add a message; one that comes again changes nothing."""
    await SQL.insert_notice(tx, id=message_id, person_hash=person_hash, sealed=sealed, received_at=at)


async def notices(tx: Transaction, hashes: list[str], *, before: int, since: str, limit: int) -> list[Sealed]:
    """Return the messages of whoever has one of these hashes, newest first."""
    rows = await SQL.notices(tx, hashes=hashes, before=before, since=since, limit=limit)
    return msgspec.convert(rows, list[Sealed], strict=False)


async def notice(tx: Transaction, message_id: str, hashes: list[str], *, since: str) -> Sealed | None:
    """Return one message of whoever has one of these hashes."""
    row = await SQL.notice(tx, id=message_id, hashes=hashes, since=since)
    return None if row is None else msgspec.convert(row, Sealed, strict=False)


async def erase(tx: Transaction, message_id: str, hashes: list[str]) -> bool:
    """Erase one message; false when it is not there."""
    return bool(await SQL.erase(tx, id=message_id, hashes=hashes))


async def forget(tx: Transaction, *, until: str, limit: int) -> int:
    """Erase messages that came before a moment; return how many."""
    return int(await SQL.forget(tx, until=until, limit=limit))
