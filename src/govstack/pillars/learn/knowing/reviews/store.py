"""Rows of what reviewers said."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.reviews.model import Decision, Voice

SQL = queries(__file__)


async def declare(tx: Transaction, *, round_id: str, person_id: str, conflict: str, at: str) -> None:
    """Write down the interest that a reviewer declares."""
    await SQL.declare(tx, round_id=round_id, person_id=person_id, conflict=conflict, at=at)


async def decide(tx: Transaction, *, round_id: str, person_id: str, decision: Decision, comment: str, at: str) -> bool:
    """Write down a decision; false when no interest was declared."""
    changed = await SQL.decide(
        tx, round_id=round_id, person_id=person_id, decision=str(decision), comment=comment, at=at
    )
    return bool(changed)


async def voices(tx: Transaction, round_id: str) -> list[Voice]:
    """Return what was said in a round, the first first."""
    return msgspec.convert(await SQL.voices(tx, round_id=round_id), list[Voice], strict=False)


async def people_of(tx: Transaction, *, limit: int) -> list[tuple[str, str]]:
    """Return who had a voice in which round, as round and person."""
    return [(row["round_id"], row["person_id"]) for row in await SQL.people_of(tx, limit=limit)]


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what a person wrote; that they decided stays."""
    await SQL.forget(tx, person_id=person_id)
