"""Wire shapes of recommendations."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id
from govstack.pillars.learn.response.offerings.model import Hours, Language, Level
from govstack.pillars.learn.response.recommending.model import Advice, Left, Limits, Why, Wish

WISHES_MAX = 200


class WishGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A competency to raise: the level somebody has (none when nobody rated it) and needs, and how much it matters."""

    competency_id: Id
    existing: Level | None = None
    desired: Level
    weight: Annotated[float, Meta(ge=0, le=1_000_000)] = 1.0


class LimitsGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What has to be so: languages, delivery forms, accessibility, without connection, hours at most."""

    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    forms: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()
    accessibility: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()
    offline: bool = False
    hours: Hours | None = None

    def limits(self) -> Limits:
        """Return the limits."""
        return Limits(
            languages=frozenset(self.languages), forms=frozenset(self.forms),
            accessibility=frozenset(self.accessibility), offline=self.offline, hours=self.hours,
        )  # fmt: skip


class AdviceAsked(LimitsGiven, frozen=True, rename="camel", kw_only=True):
    """Which gaps are to be closed, under which limits, by somebody who has completed some offerings."""

    gaps: Annotated[tuple[WishGiven, ...], Meta(max_length=WISHES_MAX)]
    completed: Annotated[tuple[Id, ...], Meta(max_length=1_000)] = ()

    def wishes(self) -> list[Wish]:
        """Return the competencies to raise; of one that stands twice the higher level counts."""
        found: dict[str, Wish] = {}
        for one in self.gaps:
            wish = Wish(one.competency_id, one.existing, one.desired, one.weight)
            kept = found.get(wish.competency_id)
            if kept is None or kept.desired < wish.desired:
                found[wish.competency_id] = wish
        return list(found.values())


class ReasonTold(msgspec.Struct, frozen=True, rename="camel"):
    """What a step raises, from which level to which."""

    competency_id: Id
    from_level: int
    to_level: int


class StepTold(msgspec.Struct, frozen=True, rename="camel"):
    """A step: which offering, what it raises, how long, and which step needs it when it raises nothing by itself."""

    offering_id: Id
    reasons: list[ReasonTold]
    hours: float
    languages: tuple[str, ...]
    needed_by: str


class OpenTold(msgspec.Struct, frozen=True, rename="camel"):
    """A gap that stays, and why."""

    competency_id: Id
    existing: int | None
    desired: int
    why: Left


class OtherTold(msgspec.Struct, frozen=True, rename="camel"):
    """An offering that was not chosen for a gap, and why."""

    offering_id: Id
    competency_id: Id
    why: Why


class AdviceTold(msgspec.Struct, frozen=True):
    """What closes gaps, in order; which gaps stay; what was not chosen; and how many hours it takes."""

    steps: list[StepTold]
    open: list[OpenTold]
    others: list[OtherTold]
    hours: float


def told(advice: Advice, languages: dict[str, tuple[str, ...]]) -> AdviceTold:
    """Return what is recommended; `languages` are those of the offerings."""
    return AdviceTold(
        steps=[
            StepTold(
                one.course_id, [ReasonTold(r.competency_id, r.from_level, r.to_level) for r in one.reasons],
                one.hours, languages[one.course_id], one.needed_by,
            )
            for one in advice.steps
        ],
        open=[OpenTold(one.competency_id, one.existing, one.desired, one.why) for one in advice.open],
        others=[OtherTold(one.course_id, one.competency_id, one.why) for one in advice.others],
        hours=advice.hours,
    )  # fmt: skip
