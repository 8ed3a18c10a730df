"""Rows of what readers say about pages."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.playbook.model import TicketState

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket as a row holds it."""

    id: str
    version: str
    page: str
    language: str
    said_sealed: bytes | None
    state: TicketState
    answer: str
    created_at: str
    changed_at: str


async def add(tx: Transaction, kept: Kept, *, secret_digest: str) -> None:
    """Write a ticket down."""
    await SQL.add(
        tx, id=kept.id, version=kept.version, page=kept.page, language=kept.language, said_sealed=kept.said_sealed,
        secret_digest=secret_digest, at=kept.created_at,
    )  # fmt: skip


async def waiting(tx: Transaction) -> int:
    """Return how many tickets nobody took up yet."""
    return int(await SQL.waiting(tx))


async def by_secret(tx: Transaction, secret_digest: str) -> Kept | None:
    """Return the ticket of a link."""
    row = await SQL.by_secret(tx, secret_digest=secret_digest)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def by_id(tx: Transaction, ticket_id: str) -> Kept | None:
    """Return a ticket."""
    row = await SQL.by_id(tx, id=ticket_id)
    return None if row is None else msgspec.convert(row, Kept, strict=False)


async def listed(tx: Transaction, *, state: str, after: str, limit: int) -> list[Kept]:
    """Return tickets in the order in which they came."""
    return msgspec.convert(await SQL.listed(tx, state=state, after=after, limit=limit), list[Kept], strict=False)


async def answer(tx: Transaction, *, ticket_id: str, state: TicketState, said: str, at: str) -> bool:
    """Write down what becomes of a ticket; false when it is not there, or was erased."""
    return bool(await SQL.answer(tx, id=ticket_id, state=str(state), answer=said, at=at))


async def erase(tx: Transaction, *, ticket_id: str, at: str) -> None:
    """Take away what a reader said and who they are."""
    await SQL.erase(tx, id=ticket_id, at=at)
