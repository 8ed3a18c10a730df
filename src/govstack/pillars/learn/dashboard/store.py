"""Figures counted in the database, each by one statement."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.dashboard.model import Wanted

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: people by track, type and gender; badges by state, with their people; centres; communities."""

    trained: int
    by_track: dict[str, int]
    by_type: dict[str, int]
    by_gender: dict[str, int]
    badges: dict[str, tuple[int, int]]
    centres: int
    sessions: int
    communities: int
    joined: int


async def counted(tx: Transaction, *, now: str) -> Counted:
    """Count everything."""
    trained, centres = await SQL.trained(tx), await SQL.centres(tx)
    sessions, communities = await SQL.sessions(tx, now=now), await SQL.communities(tx)
    return Counted(
        trained=int(trained["people"]),
        by_track=_people(await SQL.by_track(tx)),
        by_type=_people(await SQL.by_type(tx)),
        by_gender=_people(await SQL.by_gender(tx)),
        badges={row["value"]: (int(row["badges"]), int(row["people"])) for row in await SQL.badges(tx)},
        centres=int(centres["centres"]),
        sessions=int(sessions["sessions"]),
        communities=int(communities["communities"]),
        joined=int(communities["people"]),
    )


async def trained_people(tx: Transaction) -> list[str]:
    """Return who completed anything."""
    return [row["person_id"] for row in await SQL.trained_people(tx)]


async def completions(tx: Transaction, wanted: Wanted, *, limit: int, offset: int) -> list[Row]:
    """Return the completions of courses that are wanted, the last first."""
    return list(
        await SQL.completions(
            tx, track=wanted.track, type=wanted.type, gender=wanted.gender, limit=limit, offset=offset
        )
    )


def _people(rows: list[Row]) -> dict[str, int]:
    return {row["value"]: int(row["people"]) for row in rows}
