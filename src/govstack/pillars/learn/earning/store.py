"""Rows of badges that courses, offerings and communities earn."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.earning.model import BADGES_MAX, Link, Place, Source

SQL = queries(__file__)


async def link(tx: Transaction, place: Place, one: Link, *, created_at: str) -> bool:
    """Say that a badge is earned somewhere, or what for; false when that was said before."""
    return bool(
        await SQL.link(
            tx, kind=place.kind.value, source_id=place.id, achievement_id=one.achievement_id, task=one.task,
            times=one.times, created_at=created_at,
        )
    )  # fmt: skip


async def unlink(tx: Transaction, place: Place, *, achievement_id: str) -> bool:
    """Say that a badge is earned there no more; false when it was not."""
    return bool(await SQL.unlink(tx, kind=place.kind.value, source_id=place.id, achievement_id=achievement_id))


async def of_place(tx: Transaction, place: Place) -> list[Link]:
    """Return the badges that are earned somewhere."""
    rows = await SQL.of_place(tx, kind=place.kind.value, source_id=place.id, limit=BADGES_MAX)
    return [Link(row["achievement_id"], row["task"], int(row["times"])) for row in rows]


async def of_places(tx: Transaction, kind: Source, source_ids: Sequence[str]) -> dict[str, list[Link]]:
    """Return the badges that are earned in several places of a kind, by the id of each."""
    rows = await SQL.of_places(
        tx, kind=kind.value, source_ids=list(source_ids), limit=BADGES_MAX * max(len(source_ids), 1)
    )
    found: dict[str, list[Link]] = {}
    for row in rows:
        found.setdefault(row["source_id"], []).append(Link(row["achievement_id"], row["task"], int(row["times"])))
    return found
