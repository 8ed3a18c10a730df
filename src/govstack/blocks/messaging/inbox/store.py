"""Rows of the inbox, sealed."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A mail as it is kept."""

    number: int
    id: str
    sealed: bytes
    received_at: str


@dataclass(frozen=True, slots=True)
class SealedPhone(Sealed):
    """The latest text of a phone as it is kept, and how many there are."""

    box: str
    texts: int


async def add(tx: Transaction, *, message_id: str, box: str, sealed: bytes, at: str) -> None:
    """Add a mail; one that comes again changes nothing."""
    await SQL.insert_mail(tx, id=message_id, box=box, sealed=sealed, received_at=at)


async def mails(tx: Transaction, *, before: int, since: str, limit: int) -> list[Sealed]:
    """Return mails, newest first."""
    rows = await SQL.mails(tx, before=before, since=since, limit=limit)
    return msgspec.convert(rows, list[Sealed], strict=False)


async def mail(tx: Transaction, number: int, *, since: str) -> Sealed | None:
    """Return one mail."""
    row = await SQL.mail(tx, number=number, since=since)
    return None if row is None else msgspec.convert(row, Sealed, strict=False)


async def phones(tx: Transaction, *, since: str, limit: int) -> list[SealedPhone]:
    """Return the latest text of each phone, the phone that got one last first."""
    return msgspec.convert(await SQL.phones(tx, since=since, limit=limit), list[SealedPhone], strict=False)


async def texts(tx: Transaction, box: str, *, since: str, limit: int) -> list[Sealed]:
    """Return the texts of one phone, newest first."""
    return msgspec.convert(await SQL.texts(tx, box=box, since=since, limit=limit), list[Sealed], strict=False)


async def forget(tx: Transaction, *, until: str) -> int:
    """Erase what came before a moment; return how many."""
    return int(await SQL.forget(tx, until=until))
