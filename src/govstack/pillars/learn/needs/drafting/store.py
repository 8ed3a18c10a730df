"""Rows of drafts: one for each instrument that somebody is changing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.needs.drafting.model import Draft
from govstack.pillars.learn.needs.instruments.model import of_json

SQL = queries(__file__)


async def begin(tx: Transaction, *, instrument_id: str, document: str, based_on: int, changed_at: str) -> bool:
    """Add a draft; false when there is one."""
    return bool(
        await SQL.begin(
            tx, instrument_id=instrument_id, document=document, based_on=based_on, changed_at=changed_at
        )
    )  # fmt: skip


async def draft(tx: Transaction, instrument_id: str) -> Draft | None:
    """Return the draft of an instrument."""
    row = await SQL.draft(tx, instrument_id=instrument_id)
    return None if row is None else _draft(row)


async def listed(tx: Transaction, *, limit: int) -> list[Draft]:
    """Return drafts, those changed last first."""
    return [_draft(row) for row in await SQL.listed(tx, limit=limit)]


async def change(tx: Transaction, *, instrument_id: str, revision: int, document: str, changed_at: str) -> bool:
    """Change a draft that still is at a revision; false when it is not."""
    return bool(
        await SQL.change(
            tx, instrument_id=instrument_id, revision=revision, document=document, changed_at=changed_at
        )
    )  # fmt: skip


async def discard(tx: Transaction, *, instrument_id: str, revision: int) -> bool:
    """Take a draft away that still is at a revision; false when it is not."""
    return bool(await SQL.discard(tx, instrument_id=instrument_id, revision=revision))


def _draft(row: Mapping[str, Any]) -> Draft:
    return Draft(of_json(row["document"]), row["revision"], row["based_on"], row["changed_at"])
