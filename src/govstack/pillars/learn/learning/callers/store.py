"""Rows of what launched courses may speak about."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.callers.model import Grant

SQL = queries(__file__)


async def add_grant(tx: Transaction, grant: Grant, *, hash: str) -> None:  # noqa: A002 - the column's name
    """Keep what a launched course may speak about."""
    await SQL.add_grant(
        tx, hash=hash, learner_id=grant.learner_id, activity=grant.activity, registration=grant.registration,
        session_id=grant.session_id, expires_at=grant.expires_at,
    )  # fmt: skip


async def grant(tx: Transaction, *, hash: str, now: str) -> Grant | None:  # noqa: A002 - the column's name
    """Return what the bearer of a credential may speak about."""
    row = await SQL.grant(tx, hash=hash, now=now)
    return None if row is None else Grant(**row)


async def end_session(tx: Transaction, *, session_id: str) -> None:
    """End the credential of a session."""
    await SQL.end_session(tx, session_id=session_id)


async def end_learner(tx: Transaction, *, learner_id: str) -> None:
    """End every credential of a learner."""
    await SQL.end_learner(tx, learner_id=learner_id)


async def end_expired(tx: Transaction, *, now: str) -> None:
    """Forget credentials that ended."""
    await SQL.end_expired(tx, now=now)
