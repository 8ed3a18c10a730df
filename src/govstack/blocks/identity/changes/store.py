"""Rows of requests for changes; what is to change stands sealed."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.identity.changes.model import REQUESTS_SHOWN_MAX, Request, State
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A request with its sealed content."""

    request: Request
    sealed: bytes


async def add(tx: Transaction, kept: Kept, *, print_: str) -> None:
    """Add a request."""
    one = kept.request
    await SQL.add(
        tx, id=one.id, person_id=one.person_id, event_id=one.event_id, state=one.state.value, request_print=print_,
        created_at=one.created_at, content=kept.sealed,
    )  # fmt: skip


async def by_id(tx: Transaction, request_id: str) -> Kept | None:
    """Return a request."""
    row = await SQL.by_id(tx, id=request_id)
    return None if row is None else _kept(row)


async def by_print(tx: Transaction, print_: str) -> Kept | None:
    """Return the request that was sent like this before."""
    row = await SQL.by_print(tx, request_print=print_)
    return None if row is None else _kept(row)


async def open_ones(tx: Transaction) -> list[Kept]:
    """Return requests that wait for a decision, the oldest first."""
    return [_kept(row) for row in await SQL.open(tx, limit=REQUESTS_SHOWN_MAX)]


async def of_person(tx: Transaction, person_id: str) -> list[Kept]:
    """Return a person's requests, the newest first."""
    return [_kept(row) for row in await SQL.of_person(tx, person_id=person_id, limit=REQUESTS_SHOWN_MAX)]


async def count_open(tx: Transaction, person_id: str) -> int:
    """Return how many requests of a person wait."""
    return int(await SQL.count_open(tx, person_id=person_id))


async def decide(tx: Transaction, kept: Kept) -> bool:
    """Write a decision; false when there is one already."""
    one = kept.request
    return bool(
        await SQL.decide(
            tx, id=one.id, state=one.state.value, decided_at=one.decided_at, decided_by=one.decided_by,
            content=kept.sealed,
        )
    )  # fmt: skip


def _kept(row: Row) -> Kept:
    request = Request(
        row["id"], row["person_id"], row["event_id"], State(row["state"]), row["created_at"], row["decided_at"],
        row["decided_by"],
    )  # fmt: skip
    return Kept(request, bytes(row["content"]))
