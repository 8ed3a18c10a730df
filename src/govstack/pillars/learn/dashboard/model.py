"""Figures of a country, and which of them are hidden because few people stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.pillars.learn.splits.model import hidden

GAPS_SHOWN = 10
CAMPAIGNS_SHOWN = 5


class Group(StrEnum):
    """What a figure belongs to."""

    ASSESSMENT = "assessment"
    GAP = "gap"
    PLAN = "plan"
    TRAINED = "trained"
    TRACK = "track"
    TYPE = "type"
    GENDER = "gender"
    AGE = "age"
    DISABILITY = "disability"
    AREA = "area"
    CREDENTIAL = "credential"
    CENTRE = "centre"
    COMMUNITY = "community"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which completions of courses; "" is every track, type of training or gender."""

    track: str = ""
    type: str = ""
    gender: str = ""


EVERY = Wanted()
COMPLETIONS_MAX = 100_000


class Figure(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A number: `name` is a code of ours unless `titles` say what is counted, by language.

    `value` is None where so few people stand behind it that it is hidden. `of` is what it is a part of, if of anything.
    `on` is the day of the number; `path` leads to what was counted, "" where the reader may not see that.
    """

    group: Group
    name: str
    value: int | None
    on: str
    of: int | None = None
    titles: dict[str, str] = {}
    part: str = ""
    parts: dict[str, str] = {}
    path: str = ""


class Dashboard(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """All figures on a day. `least` is the number of people below which a number is hidden, 0 where none is."""

    on: str
    least: int
    figures: list[Figure]

    def of(self, group: Group) -> list[Figure]:
        """Return the figures of a group."""
        return [one for one in self.figures if one.group is group]


def shown(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Return numbers of people, without those that are few and those from which these could be worked out."""
    out = hidden(counts, least)
    return {name: None if name in out else count for name, count in counts.items()}


def enough(count: int, people: int, least: int) -> int | None:
    """Return a number unless few people stand behind it; that there is nothing at all tells of nobody."""
    return None if 0 < people < least else count
