"""Wire shapes of digital teams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from govstack.pillars.learn.needs.teams.model import Team

COLUMNS = ("unit", "role", "profile", "wanted", "staffed", "counted", "vacant", "source")


class SeatAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A role of a plan; `counted` says that people there were counted from posts, else somebody wrote it."""

    id: str
    unit: str
    role: str
    profile_id: str
    wanted: int
    staffed: int
    counted: bool
    vacant: int
    source: str


class RequiredAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A competency that missing people are to have, up to which level, and how many people that is."""

    competency_id: str
    level: int
    people: int


class TeamAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Who is wanted in a team, who is there and who is missing."""

    id: str
    name: str
    wanted: int
    staffed: int
    vacant: int
    seats: list[SeatAnswer]
    required: list[RequiredAnswer]


def answer(found: Team) -> TeamAnswer:
    """Return a team as it is answered."""
    seats = [
        SeatAnswer(
            one.record.id, str(one.record.content["unit"]), str(one.record.content["role"]),
            one.profile.id if one.profile else "", one.wanted, one.staffed, one.counted, one.vacant,
            str(one.record.content.get("source", "")),
        )
        for one in found.seats
    ]  # fmt: skip
    return TeamAnswer(
        found.plan.id, str(found.plan.content["name"]), sum(one.wanted for one in seats),
        sum(one.staffed for one in seats), sum(one.vacant for one in seats), seats,
        [RequiredAnswer(one.competency_id, one.level, one.people) for one in found.required],
    )  # fmt: skip


def lines(found: Team) -> Iterator[Sequence[object]]:
    """Yield the roles of a team as lines of a file."""
    for one in answer(found).seats:
        yield (
            one.unit, one.role, one.profile_id, one.wanted, one.staffed, one.counted, one.vacant, one.source
        )  # fmt: skip
