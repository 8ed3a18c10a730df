"""Rows of what badges stand for."""

from __future__ import annotations

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.achievements.model import Achievement, Awarder, Awarding, Kind

SQL = queries(__file__)


async def put(tx: Transaction, one: Achievement, *, created_at: str) -> None:
    """Add or change one."""
    await SQL.put(
        tx, id=one.id, names=_text(one.names), descriptions=_text(one.descriptions), criteria=_text(one.criteria),
        kind=one.kind.value, framework=one.framework, competency_code=one.competency_code,
        competency_name=one.competency_name, competency_url=one.competency_url, level=one.level,
        valid_months=one.valid_months, awarding=one.awarding.value, score_percent=one.score_percent,
        attendance_percent=one.attendance_percent, awarder=one.awarder.value, colour=one.colour,
        active=int(one.active), created_at=created_at,
    )  # fmt: skip


async def by_id(tx: Transaction, achievement_id: str) -> Achievement | None:
    """Return one."""
    row = await SQL.by_id(tx, id=achievement_id)
    return None if row is None else _achievement(row)


async def by_ids(tx: Transaction, achievement_ids: list[str]) -> list[Achievement]:
    """Return those that are known of some ids, in no order."""
    return [_achievement(row) for row in await SQL.by_ids(tx, ids=achievement_ids)]


async def listed(tx: Transaction, *, after: str, limit: int) -> list[Achievement]:
    """Return those after an id, in the order of their ids."""
    return [_achievement(row) for row in await SQL.listed(tx, after=after, limit=limit)]


def _text(texts: dict[str, str]) -> str:
    return msgspec.json.encode(texts).decode()


def _texts(text: str) -> dict[str, str]:
    return msgspec.json.decode(text, type=dict[str, str])


def _achievement(row: Row) -> Achievement:
    return Achievement(
        id=row["id"], names=_texts(row["names"]), descriptions=_texts(row["descriptions"]),
        criteria=_texts(row["criteria"]), kind=Kind(row["kind"]), framework=row["framework"],
        competency_code=row["competency_code"], competency_name=row["competency_name"],
        competency_url=row["competency_url"], level=row["level"], valid_months=row["valid_months"],
        awarding=Awarding(row["awarding"]), score_percent=row["score_percent"],
        attendance_percent=row["attendance_percent"], awarder=Awarder(row["awarder"]), colour=row["colour"],
        active=bool(row["active"]),
    )  # fmt: skip
