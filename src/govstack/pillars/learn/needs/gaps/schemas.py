"""Wire shapes of gaps and roll-ups."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.gaps import model
from govstack.pillars.learn.needs.gaps.model import Division
from govstack.pillars.learn.people.model import Word

ROLL_UPS_MAX = 2_000


class Gap(msgspec.Struct, frozen=True, rename="camel"):
    """What a post requires and where the person is; `existing` and `gap` are null while nobody rated it."""

    competency_id: str
    titles: dict[str, str]
    scale_id: str
    desired: int
    existing: int | None
    gap: int | None
    criticality: int
    role_id: str
    rater_type: str
    rated_on: str
    stale: bool


class GapList(msgspec.Struct, frozen=True):
    """Gaps of a person, the largest first."""

    gaps: list[Gap]


class Share(msgspec.Struct, frozen=True):
    """One product of a priority."""

    gap: int
    criticality: int
    people: int
    product: int


class RollUp(msgspec.Struct, frozen=True, rename="camel"):
    """A competency in a part: numbers are null where the group is too small to be shown."""

    part: str
    competency_id: str
    scale_id: str
    required: int | None
    unrated: int | None
    met: int | None
    coverage: float | None
    holders: int | None
    fragile: bool
    levels: dict[str, int]
    shares: list[Share]
    priority: int | None


class RollUpList(msgspec.Struct, frozen=True):
    """Roll-ups, highest priority first, and how many there are in all."""

    rollups: list[RollUp]
    total: int


class RollUpsQuery(msgspec.Struct, frozen=True):
    """Whose figures, by what they are divided, and how many of them."""

    organisation: Word = ""
    category: Word = ""
    team: Word = ""
    by: Division = Division.WHOLE
    limit: Annotated[int, Meta(ge=1, le=ROLL_UPS_MAX)] = 200
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


def gap(one: model.Gap) -> Gap:
    """Return a gap as it is sent."""
    return Gap(
        one.competency_id, dict(one.titles), one.scale_id, one.desired, one.existing, one.size, one.criticality,
        one.role_id, one.rater_type, one.rated_on, one.stale,
    )  # fmt: skip


def roll_up(one: model.RollUp) -> RollUp:
    """Return a roll-up as it is sent."""
    return RollUp(
        one.part, one.competency_id, one.scale_id, one.required, one.unrated, one.met,
        round(one.coverage, 4) if one.shown else None, one.holders, one.fragile,
        {str(level): people for level, people in one.levels.items()},
        [Share(share.gap, share.criticality, share.people, share.product) for share in one.shares],
        one.priority if one.shown else None,
    )  # fmt: skip
