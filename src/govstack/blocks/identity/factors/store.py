"""Rows of fresh proofs, and of the proofs of the published records."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)


async def note_proof(tx: Transaction, *, person_id: str, session: str, at: str, before: str) -> None:
    """Note that somebody has proven themselves in a session, and forget proofs from before a moment."""
    await SQL.forget_proofs(tx, before=before)
    await SQL.note_proof(tx, person_id=person_id, session=session, at=at)


async def is_fresh(tx: Transaction, *, person_id: str, session: str, since: str, until: str) -> bool:
    """Tell whether somebody has proven themselves in a session between two moments."""
    return bool(await SQL.is_fresh(tx, person_id=person_id, session=session, since=since, until=until))


async def forget_proofs(tx: Transaction, *, person_id: str) -> None:
    """Forget that somebody has proven themselves, in whatever session."""
    await SQL.forget_proofs_of_person(tx, person_id=person_id)


async def publish(tx: Transaction, *, person_id: str, print_: str, method: str) -> None:
    """Keep a proof of the published records."""
    await SQL.publish(tx, person_id=person_id, print=print_, method=method)


async def published(tx: Transaction, *, person_id: str, prints: Sequence[str]) -> str:
    """Return the method of a published proof, or nothing."""
    row = await SQL.published(tx, person_id=person_id, prints=list(prints))
    return "" if row is None else str(row["method"])
