"""Rows of badges that courses earn."""

from __future__ import annotations

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.earning.model import BADGES_MAX

SQL = queries(__file__)


async def link(tx: Transaction, *, course_id: str, achievement_id: str, created_at: str) -> bool:
    """Say that a course earns a badge; false when that was said before."""
    return bool(await SQL.link(tx, course_id=course_id, achievement_id=achievement_id, created_at=created_at))


async def unlink(tx: Transaction, *, course_id: str, achievement_id: str) -> bool:
    """Say that a course earns a badge no more; false when it did not."""
    return bool(await SQL.unlink(tx, course_id=course_id, achievement_id=achievement_id))


async def of_course(tx: Transaction, course_id: str) -> list[str]:
    """Return the badges that a course earns."""
    return [row["achievement_id"] for row in await SQL.of_course(tx, course_id=course_id, limit=BADGES_MAX)]
