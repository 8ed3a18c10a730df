"""Rows of ratings: added, read, and taken away with the person; there is no way to change one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.needs.ratings.model import Rating, Rule

SQL = queries(__file__)
LISTED_MAX = 5_000
PEOPLE_AT_ONCE = 20_000


async def known_people(tx: Transaction, ids: Sequence[str]) -> set[str]:
    """Return which of these people are known and were not erased."""
    return {row["id"] for row in await SQL.known_people(tx, ids=list(ids))}


async def add(tx: Transaction, ratings: Sequence[Rating]) -> None:
    """Add ratings; those whose id is there already are left."""
    await SQL.add(tx, [msgspec.structs.asdict(one) | _plain(one) for one in ratings])


async def by_ids(tx: Transaction, ids: Sequence[str]) -> dict[str, Rating]:
    """Return ratings by id."""
    return {one.id: one for one in map(_rating, await SQL.by_ids(tx, ids=list(ids)))}


async def of_person(tx: Transaction, person_id: str, *, competency_id: str = "") -> list[Rating]:
    """Return what was said of a person, the last first."""
    rows = await SQL.of_person(tx, person_id=person_id, competency_id=competency_id, limit=LISTED_MAX)
    return [_rating(row) for row in rows]


async def history(tx: Transaction, person_ids: Sequence[str], competency_ids: Sequence[str]) -> list[Rating]:
    """Return all that was ever said of some people in some competencies."""
    rows = await SQL.history(tx, person_ids=list(person_ids), competency_ids=list(competency_ids))
    return [_rating(row) for row in rows]


async def counting(tx: Transaction, person_ids: Sequence[str], rule: Rule) -> list[Rating]:
    """Return the rating that counts for each person, competency and scale."""
    ranks = {f"rank_{kind}": place for kind, place in rule.ranks.items()}
    rows = await SQL.counting(tx, ids=list(person_ids), fresh_since=rule.fresh_since, **ranks)
    return [_rating(row) for row in rows]


async def erase(tx: Transaction, person_id: str) -> int:
    """Take away what was said of a person; return how many ratings that were."""
    return int(await SQL.erase(tx, person_id=person_id))


def _plain(one: Rating) -> dict[str, str]:
    return {"rater_type": str(one.rater_type), "confidence": str(one.confidence)}


def _rating(row: Row) -> Rating:
    return Rating(
        id=row["id"], person_id=row["person_id"], competency_id=row["competency_id"], scale_id=row["scale_id"],
        level=row["level"], rater_type=row["rater_type"], rater_id=row["rater_id"], confidence=row["confidence"],
        source=row["source"], rated_on=row["rated_on"], created_at=row["created_at"],
    )  # fmt: skip
