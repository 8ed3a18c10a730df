"""Rows that a reset of the conformance profile removes."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def remove_everything(tx: Transaction) -> None:
    """Remove all that this block holds, evidence too, and send notices again."""
    for query in (
        SQL.drop_requests, SQL.drop_drafts, SQL.drop_signatures, SQL.drop_records, SQL.drop_reads,
        SQL.drop_individuals, SQL.drop_agreements,
        SQL.drop_controllers, SQL.drop_policies, SQL.drop_webhooks, SQL.drop_revisions,
        SQL.switch_notices_on,
    ):  # fmt: skip
        await query(tx)
