"""Rows of requests; what was said beside them is sealed before it gets here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from govstack.blocks.consent.asking.model import Request, State
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
Stored = tuple[Request, bytes | None]


async def add(tx: Transaction, request: Request, sealed: bytes) -> None:
    """Add a request; raises UniqueViolation when this person was asked for this and has not answered."""
    await SQL.add(
        tx, id=request.id, agreement_id=request.agreement_id, individual_id=request.individual_id,
        signs=request.signs, asker=request.asker, content=sealed, state=request.state.value,
        asked_at=request.asked_at, expires_at=request.expires_at, answered_at=request.answered_at,
    )  # fmt: skip


async def by_id(tx: Transaction, request_id: str) -> Stored | None:
    """Return a request."""
    found = await SQL.by_id(tx, id=request_id)
    return None if found is None else _stored(found)


async def open_one(tx: Transaction, *, agreement_id: str, individuals: Sequence[str], signs: str) -> Stored | None:
    """Return the request for one thing that a person has not answered."""
    found = await SQL.open_one(tx, agreement_id=agreement_id, individuals=list(individuals), signs=signs)
    return None if found is None else _stored(found)


async def open_for(tx: Transaction, individuals: Sequence[str], *, now: str, limit: int) -> list[Stored]:
    """Return what a person is asked and has not answered, the oldest first."""
    return [_stored(row) for row in await SQL.open_for(tx, individuals=list(individuals), now=now, limit=limit)]


async def of_asker(tx: Transaction, asker: str, *, limit: int, offset: int) -> list[Stored]:
    """Return what somebody asked, the newest first."""
    return [_stored(row) for row in await SQL.of_asker(tx, asker=asker, limit=limit, offset=offset)]


async def signing_of(tx: Transaction, record_id: str) -> list[Stored]:
    """Return requests for signatures beside a record that nobody answered yet."""
    return [_stored(row) for row in await SQL.signing_of(tx, signs=record_id)]


async def settle(tx: Transaction, request_id: str, state: State, *, answered_at: str) -> bool:
    """Give a request another state; false when it has come to its end already, or has this state."""
    return bool(await SQL.settle(tx, id=request_id, state=state.value, answered_at=answered_at))


async def claim_telling(tx: Transaction, request_id: str, *, now: str, until: str, latest: str) -> bool:
    """Take on sending the message about a request until a moment; false when it was sent, or somebody else is at it.

    Nobody is at it longer than until `latest`.
    """
    return bool(await SQL.claim_telling(tx, id=request_id, now=now, until=until, latest=latest))


async def note_told(tx: Transaction, request_id: str) -> None:
    """Note that the message about a request was handed over."""
    await SQL.note_told(tx, id=request_id)


async def let_telling_go(tx: Transaction, request_id: str) -> None:
    """Let others send the message, which did not go out."""
    await SQL.let_telling_go(tx, id=request_id)


async def forget(tx: Transaction, *, agreement_id: str, individual_id: str, record_id: str) -> None:
    """Take a person away from what they were asked."""
    await SQL.forget(tx, agreement_id=agreement_id, individual_id=individual_id, record_id=record_id)


def _stored(row: Row) -> Stored:
    values: dict[str, Any] = {
        name: value for name, value in row.items() if name not in {"content", "told", "telling_until"}
    }
    sealed = row["content"]
    return msgspec.convert(values, Request, strict=False), None if sealed is None else bytes(sealed)
