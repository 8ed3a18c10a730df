"""What earns badges, and what a result is worth to the rule of a badge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from govstack.pillars.learn.learning.achievements.model import Achievement, Awarder, Awarding

BADGES_MAX = 20
AHEAD_MAX = 50
WHOLE_PERCENT = 100
TIMES_MAX = 1_000
TASK_CHARACTERS_MAX = 300


class Source(StrEnum):
    """What a badge is earned by: completing a course, the certificate of an offering, work for a community."""

    COURSE = "course"
    OFFERING = "offering"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Place:
    """A course, an offering or a community that earns badges."""

    kind: Source
    id: str

    @property
    def reference(self) -> str:
        """Return how a badge and the audit trail name it."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Link:
    """A badge that is earned, and of a community what for: an opportunity ("" is any) so many times."""

    achievement_id: str
    task: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Earned:
    """A badge that is earned, with what it stands for."""

    link: Link
    achievement: Achievement


class Standing(StrEnum):
    """Where somebody stands before a badge; `reached` is what its rule asks for, while the badge is not there yet."""

    HELD = "held"
    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    BELOW = "below"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A badge as somebody sees it who may earn it: where, how far they are, and theirs when they have it.

    A title whose language is not known stands under "". `done` of `whole` are per cent of a course or contributions;
    `whole` is 0 where nothing is counted.
    """

    place: Place
    titles: Mapping[str, str]
    earned: Earned
    standing: Standing
    badge_id: str = ""
    done: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who completed a version of a course, was certified, or contributed."""

    person_id: str
    version: int = 0


Reached = tuple[int | None, int | None]


def best(one: Achievement, results: Iterable[Reached]) -> Reached | None:
    """Return the first result, as score and attendance in per cent, that reaches what a badge asks for."""
    return next(
        (each for each in results if one.reached(score_percent=each[0], attendance_percent=each[1])), None
    )  # fmt: skip


def fits(kind: Source, one: Achievement) -> bool:
    """Tell whether a badge can be earned so: by a rule, on what is known there.

    A course knows a result, an offering attendance too. A community counts contributions, and can only give badges that
    facilitators of communities award.
    """
    if not one.active or one.awarding is not Awarding.RULE:
        return False
    if kind is Source.COMMUNITY:
        return one.by_contributions and one.awarder is Awarder.FACILITATE
    return bool(one.score_percent) and not one.attendance_percent if kind is Source.COURSE else not one.by_contributions


def score_percent(results: Iterable[float | None]) -> int | None:
    """Return the result of a completed course: the lowest of its tests, all of it where there is none.

    Nothing while a test is not handed in. A whole per cent that was not quite reached is not given.
    """
    found = list(results)
    if any(one is None for one in found):
        return None
    return int(min((one for one in found if one is not None), default=WHOLE_PERCENT))


def counted(link: Link, done: Iterable[str]) -> int:
    """Return how many confirmed contributions, given by their opportunities, count for a badge."""
    return sum(link.task in {"", one} for one in done)


def contributed(link: Link, done: Iterable[str]) -> bool:
    """Tell whether confirmed contributions, given by their opportunities, are what a badge is for."""
    return counted(link, done) >= link.times
