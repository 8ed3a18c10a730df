"""Rows of what launched units have said."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.learning.order.model import Session, Told

SQL = queries(__file__)


async def session(tx: Transaction, session_id: str) -> Session | None:
    """Return a session."""
    row = await SQL.session(tx, id=session_id)
    return None if row is None else msgspec.convert(row, Session, strict=False)


async def said(tx: Transaction, of: Session) -> list[tuple[str, str]]:
    """Return what was said of a unit in a registration: in which session, and which word."""
    rows = await SQL.said(tx, registration_id=of.registration_id, unit_id=of.unit_id)
    return [(row["session_id"], row["verb"]) for row in rows]


async def say(tx: Transaction, session_id: str, told: Iterable[Told]) -> None:
    """Note what was said in a session."""
    rows = [{"session_id": session_id, "verb": one.verb, "statement_id": one.statement_id} for one in told]
    await SQL.say(tx, rows)
