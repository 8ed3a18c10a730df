"""The audit trail: written by the act itself, in its transaction, append-only and hash-chained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from govstack.kernel import clock, crypto
from govstack.kernel.actor import Actor
from govstack.kernel.db import Transaction, queries
from govstack.kernel.log import CORRELATION

SQL = queries(__file__, "audit.sql")
PAGE_ENTRIES_MAX = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who did what to which subject, when, and whether it was allowed. `detail` is JSON text."""

    number: int
    at: str
    actor: str
    actor_name: str
    action: str
    subject: str
    outcome: str
    correlation_id: str
    detail: str
    previous_hash: str
    hash: str


async def record(
    tx: Transaction,
    *,
    by: Actor,
    action: str,
    subject: str,
    outcome: str = "ok",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append an entry in the caller's transaction; `outcome` is ok, refused or failed."""
    head = await SQL.advance_head(tx)
    entry = {
        "number": head["number"],
        "at": clock.timestamp(),
        "actor": by.id,
        "actor_name": by.name,
        "action": action,
        "subject": subject,
        "outcome": outcome,
        "correlation_id": CORRELATION.get(),
        "detail": crypto.canonical(detail or {}).decode(),
        "previous_hash": head["hash"],
    }
    entry["hash"] = crypto.digest(crypto.canonical(entry))
    await SQL.append(tx, **entry)
    await SQL.set_head(tx, hash=entry["hash"])


async def entries(
    tx: Transaction,
    *,
    subject: str = "",
    actor: str = "",
    action: str = "",
    before: int = 0,
    limit: int = 50,
) -> list[Entry]:
    """Return entries, newest first, filtered by exact subject, actor or the start of the action."""
    rows = await SQL.entries(
        tx, subject=subject, actor=actor, action=action, before=before, limit=min(limit, PAGE_ENTRIES_MAX)
    )
    return msgspec.convert(rows, list[Entry], strict=False)


async def first_broken(tx: Transaction) -> int | None:
    """Verify the whole chain; returns the number of the first entry that was changed, removed or inserted."""
    previous, expected = "", 1
    while True:
        rows = await SQL.entries_from(tx, first=expected, limit=PAGE_ENTRIES_MAX)
        if not rows:
            head = await SQL.head(tx)
            return None if (head["number"], head["hash"]) == (expected - 1, previous) else expected
        for row in rows:
            content = {key: value for key, value in row.items() if key != "hash"}
            sound = row["number"] == expected and row["previous_hash"] == previous
            if not sound or crypto.digest(crypto.canonical(content)) != row["hash"]:
                return expected
            previous, expected = str(row["hash"]), expected + 1
