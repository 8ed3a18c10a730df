"""Wire shapes of contributions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.opportunities.model import (
    HOURS_MAX,
    NOTE_CHARACTERS_MAX,
    ROLE_CHARACTERS_MAX,
    Contribution,
    ContributionState,
)

PAGE_MAX = 500
COLUMNS = ("opportunity", "role", "effortHours", "dueOn", "state", "note")


class Volunteering(msgspec.Struct, frozen=True, rename="camel"):
    """Which opportunity, counted from 1, somebody takes on, in which role, with how many hours, until when."""

    number: Annotated[int, Meta(ge=1, le=1_000)]
    role: Annotated[str, Meta(min_length=1, max_length=ROLE_CHARACTERS_MAX)]
    effort_hours: Annotated[int, Meta(ge=1, le=HOURS_MAX)]
    due_on: date


class VolunteerQuery(msgspec.Struct, frozen=True):
    """Which opportunity, counted from 1."""

    number: Annotated[int, Meta(ge=1, le=1_000)] = 1


class ContributionsQuery(msgspec.Struct, frozen=True):
    """After which contribution, how many."""

    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 100


class ContributionChange(msgspec.Struct, frozen=True):
    """What a contribution becomes, and what is said of it."""

    state: ContributionState
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX)] = ""


class ContributionShown(msgspec.Struct, frozen=True, rename="camel"):
    """A contribution."""

    id: str
    community_id: str
    person_id: str
    opportunity: str
    role: str
    effort_hours: int
    due_on: str
    state: ContributionState
    note: str
    changed_at: str


class Contributions(msgspec.Struct, frozen=True):
    """Contributions, and after which one the next follow."""

    contributions: list[ContributionShown]
    next: str = ""


def shown(one: Contribution) -> ContributionShown:
    """Return a contribution as it is answered."""
    return ContributionShown(
        one.id, one.community_id, one.person_id, one.opportunity, one.role, one.effort_hours, one.due_on, one.state,
        one.note, one.changed_at,
    )  # fmt: skip


def line(one: Contribution) -> list[str | int]:
    """Return a contribution as a row of a file."""
    return [one.opportunity, one.role, one.effort_hours, one.due_on, one.state.value, one.note]
