"""SQL that finds the records of a batch that was loaded."""

from __future__ import annotations

from govstack.blocks.registries.design.model import Registry
from govstack.kernel.db import Row, Transaction


async def loaded(tx: Transaction, registry: Registry, *, after: int, last: int, limit: int) -> list[Row]:
    """Return the ids of records by their numbers, in order."""
    return await tx.fetch(
        f"SELECT uuid, number FROM {registry.record_table}"
        " WHERE number > :after AND number <= :last ORDER BY number LIMIT :limit",
        after=after,
        last=last,
        limit=limit,
    )
