"""Rows that a reset of the conformance profile removes."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def remove_everything(tx: Transaction) -> None:
    """Remove all that this block holds but its signing keys, what points at others first."""
    for query in (
        SQL.drop_links, SQL.drop_proofs, SQL.drop_bindings, SQL.drop_users, SQL.drop_partners, SQL.drop_certificates,
        SQL.drop_published, SQL.drop_fresh, SQL.drop_questions, SQL.drop_passkeys, SQL.drop_authenticators,
        SQL.drop_secrets, SQL.drop_sendings, SQL.drop_one_time_codes, SQL.drop_lockouts, SQL.drop_codes,
        SQL.drop_transactions, SQL.drop_clients, SQL.drop_resemblance, SQL.drop_changes, SQL.drop_identifiers,
        SQL.drop_identities,
    ):  # fmt: skip
        await query(tx)
