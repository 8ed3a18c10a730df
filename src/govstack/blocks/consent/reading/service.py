"""Use cases of the log of reads: write who is shown personal data before it is shown, and tell people (5.1.1, C12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govstack.blocks.consent.reading import store
from govstack.blocks.consent.reading.model import Read
from govstack.kernel import clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction


async def note(context: Context, *, by: Actor, operation: str, individual_ids: Iterable[str]) -> None:
    """Store who is shown data about whom, in a transaction of its own, before the answer goes out."""
    reads = _reads(by, operation, individual_ids)
    if reads:
        async with context.database.transaction() as tx:
            await store.add(tx, reads)


async def note_in(tx: Transaction, *, by: Actor, operation: str, individual_ids: Iterable[str]) -> None:
    """Store who is shown data about whom with the transaction of an act that also shows data."""
    reads = _reads(by, operation, individual_ids)
    if reads:
        await store.add(tx, reads)


async def about(context: Context, *, individual_ids: Sequence[str], limit: int, offset: int = 0) -> list[Read]:
    """Return who was shown data about a person, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_individuals(tx, individual_ids, limit=limit, offset=offset)


def _reads(by: Actor, operation: str, individual_ids: Iterable[str]) -> list[Read]:
    read_id, at = ids.new_id(), clock.timestamp()
    purpose = by.attributes.get("purpose", "")
    return [
        Read(read_id, one, at, operation, by.id, by.name, by.application, purpose)
        for one in dict.fromkeys(individual_ids)
        if one
    ]
