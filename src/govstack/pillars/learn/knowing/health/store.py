"""What happened in a community, counted."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.knowing.health.model import Who

SQL = queries(__file__)
QUESTIONS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class People:
    """How many people were active and contributed in a period, and how often something was used again."""

    active: int
    contributors: int
    reused: int


async def people(tx: Transaction, *, community_id: str, since: str, until: str) -> People:
    """Count the people of a period."""
    row = (await SQL.people(tx, community_id=community_id, since=since, until=until))[0]
    return People(int(row["active"]), int(row["contributors"]), int(row["reused"] or 0))


async def who(tx: Transaction, *, community_id: str, since: str) -> dict[Who, list[str]]:
    """Return who belongs, who was active since a moment, and who came to events since then."""
    return {
        Who.MEMBERS: [row["person_id"] for row in await SQL.members(tx, community_id=community_id)],
        Who.ACTIVE: [row["person_id"] for row in await SQL.acting(tx, community_id=community_id, since=since)],
        Who.ATTENDED: [row["person_id"] for row in await SQL.attending(tx, community_id=community_id, since=since)],
    }


async def questions(tx: Transaction, *, community_id: str, since: str) -> list[tuple[str, str | None, str | None]]:
    """Return when each question of a period was asked and first answered, and when its accepted answer was given."""
    rows = await SQL.questions(tx, community_id=community_id, since=since, limit=QUESTIONS_MAX)
    return [(row["created_at"], row["first_answer_at"], row["accepted_at"]) for row in rows]
