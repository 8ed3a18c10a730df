"""Use cases of one's own skills and of those of one's reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Competency, Scale
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.model import Gap
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.model import Rating, Rule
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person


@dataclass(frozen=True, slots=True)
class Skills:
    """What is asked of a person, what else they were rated on, and how the level that counts is found."""

    person: Person
    required: Sequence[Gap]
    others: Sequence[Rating]
    profiles: Sequence[Profile]
    competencies: Mapping[str, Competency]
    scales: Mapping[str, Scale]
    rule: Rule


async def skills_of(context: Context, *, by: Actor, person_id: str) -> Skills:
    """Return the skills of a person; raises NotYoursToSee."""
    await ratings.require_sight(context, by=by, person_id=person_id)
    person = await people.person(context, person_id=person_id)
    required = (await gaps.required_of(context, person_ids=[person_id]))[person_id]
    asked = {(one.competency_id, one.scale_id) for one in required}
    counting = await ratings.counting(context, person_ids=[person_id])
    others = [one for one in counting if (one.competency_id, one.scale_id) not in asked]
    known = await frameworks.by_ids(
        context, competency_ids=[*(one.competency_id for one in required), *(one.competency_id for one in others)]
    )
    described = await profiles.by_ids(context, profile_ids=person.roles)
    return Skills(
        person, required, others, list(described.values()), known, await frameworks.scales(context),
        ratings.rule(context),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody who reports to a manager, and how they stand towards their post."""

    person: Person
    required: int
    met: int
    lacking: int
    unrated: int


async def team(context: Context, *, by: Actor) -> list[Report]:
    """Return those who report to whoever signed in, with how many requirements each meets."""
    mine = await people.me(context, by=by)
    members = await people.reports(context, manager_id=mine.id)
    required = await gaps.required_of(context, person_ids=[one.id for one in members])
    found = []
    for one in members:
        asked = required[one.id]
        unrated = sum(gap.existing is None for gap in asked)
        met = sum(gap.met for gap in asked)
        found.append(Report(one, len(asked), met, len(asked) - met - unrated, unrated))
    return found
