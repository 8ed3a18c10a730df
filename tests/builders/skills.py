"""Scales, frameworks, profiles and ratings to work with."""

from __future__ import annotations

from typing import Any

from govstack.kernel.context import Context
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Framework, Level, Relation, Scale
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import Profile, Requirement
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import RaterType, Rating, RatingGiven
from tests.builders.learning import OFFICER


def scale(scale_id: str = "five", levels: int = 5, first: int = 1) -> Scale:
    """Return a scale with so many levels."""
    return Scale(
        id=scale_id, titles={"en": scale_id},
        levels=tuple(Level(ordinal=n, code=f"l{n}", titles={"en": f"Level {n}"}) for n in range(first, first + levels)),
    )  # fmt: skip


def competency(competency_id: str, scale_id: str = "five", **more: Any) -> Competency:
    """Return a competency."""
    return Competency(
        id=competency_id, scale_id=scale_id, **{"code": competency_id, "titles": {"en": competency_id.title()}, **more}
    )


def framework(*competencies: Competency, framework_id: str = "own", relations: tuple[Relation, ...] = ()) -> Framework:
    """Return a framework."""
    return Framework(
        id=framework_id, titles={"en": framework_id.title()}, competencies=competencies, relations=relations
    )


async def enter(context: Context, *competencies: Competency, **more: Any) -> Framework:
    """Enter a framework with these competencies, on a scale of five levels."""
    await frameworks.put_scale(context, by=OFFICER, scale=scale())
    return await frameworks.put(context, by=OFFICER, framework=framework(*competencies, **more))


async def profile(
    context: Context, profile_id: str = "clerk", *, criticality: int = 3, category: str = "it", **levels: int
) -> Profile:
    """Enter a profile that requires competencies at levels."""
    given = Profile(
        id=profile_id, names={"en": profile_id.title()}, category=category, criticality=criticality,
        requirements=tuple(Requirement(competency_id=one, level=level) for one, level in levels.items()),
    )  # fmt: skip
    return await profiles.put(context, by=OFFICER, profile=given)


async def rate(
    context: Context, person_id: str, competency_id: str, level: int, kind: str = "self", **more: Any
) -> Rating:
    """Add a rating."""
    given = RatingGiven(
        person_id=person_id, competency_id=competency_id, level=level, rater_type=RaterType(kind), **more
    )
    return (await ratings.rate(context, by=OFFICER, ratings=[given]))[0]
