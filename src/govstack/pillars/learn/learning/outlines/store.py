"""Rows of outlines."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.outlines.model import Lesson, Outline, State

SQL = queries(__file__)


async def add(
    tx: Transaction, *, outline_id: str, name: str, version: str, language: str, lessons: Iterable[Lesson], by: str,
    at: str,
) -> None:  # fmt: skip
    """Add an outline."""
    await SQL.add(
        tx, id=outline_id, name=name, version=version, language=language, lessons=_json(lessons), made_by=by,
        created_at=at,
    )  # fmt: skip


async def by_id(tx: Transaction, outline_id: str) -> Outline | None:
    """Return an outline."""
    row = await SQL.by_id(tx, id=outline_id)
    return None if row is None else _outline(row)


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Outline]:
    """Return outlines in the order of ids."""
    return [_outline(row) for row in await SQL.listed(tx, after=after, limit=limit)]


async def decide(tx: Transaction, outline_id: str, *, state: State, course_id: str, by: str, at: str) -> bool:
    """Approve or reject an outline; false when somebody did."""
    return bool(
        await SQL.decide(tx, id=outline_id, state=state.value, course_id=course_id, decided_by=by, changed_at=at)
    )


async def revise(tx: Transaction, one: Outline, *, version: str, lessons: Iterable[Lesson], at: str) -> bool:
    """Keep what a new version of the specification makes of an outline; false when somebody changed it meanwhile."""
    return bool(
        await SQL.revise(tx, id=one.id, version=version, lessons=_json(lessons), changed_at=at, before=one.changed_at)
    )


def _json(lessons: Iterable[Lesson]) -> str:
    return msgspec.json.encode(list(lessons)).decode()


def _outline(row: Row) -> Outline:
    lessons = msgspec.json.decode(row["lessons"], type=tuple[Lesson, ...])
    return Outline(**{**row, "state": State(row["state"]), "lessons": lessons})
