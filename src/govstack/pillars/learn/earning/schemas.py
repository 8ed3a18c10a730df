"""Wire shapes of badges that are earned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.earning.model import TASK_CHARACTERS_MAX, TIMES_MAX, Ahead, Earned, Source, Standing
from govstack.pillars.learn.learning.achievements.model import Achievement


class CourseBadges(msgspec.Struct, frozen=True, rename="camel"):
    """The badges that a course earns."""

    course_badges: list[Achievement]


class OfferingBadges(msgspec.Struct, frozen=True, rename="camel"):
    """The badges that the certificate of an offering earns."""

    offering_badges: list[Achievement]


class ContributionsCounted(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What a community gives a badge for: an opportunity in its words, "" for any, done and confirmed so many times."""

    task: Annotated[str, Meta(max_length=TASK_CHARACTERS_MAX)] = ""
    times: Annotated[int, Meta(ge=1, le=TIMES_MAX)] = 1


class CommunityBadge(msgspec.Struct, frozen=True, rename="camel"):
    """A badge that a community gives, and what for."""

    badge: Achievement
    task: str
    times: int


class CommunityBadges(msgspec.Struct, frozen=True, rename="camel"):
    """The badges that contributions to a community earn."""

    community_badges: list[CommunityBadge]


class BadgeAhead(msgspec.Struct, frozen=True, rename="camel"):
    """A badge that somebody can earn next: by what, where they stand, and how much of it is done.

    `done` of `whole` are per cent of a course or confirmed contributions; `whole` is 0 where nothing is counted.
    """

    badge: Achievement
    source: Source
    source_id: str
    standing: Standing
    done: int
    whole: int


class BadgesAhead(msgspec.Struct, frozen=True, rename="camel"):
    """The badges that somebody can earn next."""

    badges_ahead: list[BadgeAhead]


def to_come(found: Iterable[Ahead]) -> BadgesAhead:
    """Return what can be earned next."""
    return BadgesAhead(
        [
            BadgeAhead(one.earned.achievement, one.place.kind, one.place.id, one.standing, one.done, one.whole)
            for one in found
        ]
    )


def plain(found: Iterable[Earned]) -> list[Achievement]:
    """Return what is earned."""
    return [one.achievement for one in found]


def counted(found: Iterable[Earned]) -> CommunityBadges:
    """Return what a community gives, and what for."""
    return CommunityBadges([CommunityBadge(one.achievement, one.link.task, one.link.times) for one in found])
