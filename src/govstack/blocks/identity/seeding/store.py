"""Rows that a reset of the conformance profile removes."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def remove_everything(tx: Transaction) -> None:
    """Remove all that this block holds but its signing keys, what points at others first."""
    # In the order in which they stand in the file.
    for query in SQL:
        await query(tx)
