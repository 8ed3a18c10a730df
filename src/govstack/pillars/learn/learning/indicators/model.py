"""An indicator with what it rests on, and how each number is made from others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec

from govstack.pillars.learn.needs.ratings.model import Rating, Rule

# Ours: sessions that ended this long ago or less are counted, for a country wants to know how it does now.
SPAN = timedelta(days=365)
PERCENT, POINTS = "percent", "points"


class Measure(StrEnum):
    """What is measured."""

    REACH = "reach"
    COMPLETION = "completion"
    GAIN = "gain"
    TRANSFER = "transfer"
    CLOSED = "gap-closed"
    COST = "cost-per-level"
    BY_GENDER = "difference-gender"
    BY_ORGANISATION = "difference-organisation"
    BY_PLACE = "difference-place"
    BY_AGE = "difference-age"
    BY_DISABILITY = "difference-disability"
    BY_AREA = "difference-area"
    REACH_BY_GENDER = "reach-difference-gender"
    REACH_BY_ORGANISATION = "reach-difference-organisation"
    REACH_BY_PLACE = "reach-difference-place"
    REACH_BY_AGE = "reach-difference-age"
    REACH_BY_DISABILITY = "reach-difference-disability"
    REACH_BY_AREA = "reach-difference-area"


class Indicator(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One indicator.

    `unit` is percent, points (of per cent), or the ISO 4217 code of a currency. `people` are those behind it, `things`
    what it was made from, such as tests or groups; `on` is the day of the newest of these. `value` is None while there
    is nothing to take it from, and where so few people stand behind it that it is `hidden`; then `people` is None too.
    """

    measure: Measure
    value: float | None
    unit: str
    people: int | None
    things: int
    on: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One number of several that become a mean, and the people behind it."""

    value: float
    people: int


@dataclass(slots=True)
class Spent:
    """What sessions in one currency cost, and by how many levels those rose who completed them."""

    cost: Decimal = Decimal(0)
    sessions: int = 0
    levels: int = 0
    people: set[str] = field(default_factory=set)

    @property
    def per_level(self) -> float | None:
        """Return what one level cost, None while nobody rose by any."""
        return float(round(self.cost / self.levels, 2)) if self.levels else None


def indicator(
    measure: Measure, value: float | None, *, unit: str, people: int, things: int, on: str, smallest: int
) -> Indicator:
    """Return an indicator, hidden where fewer people than `smallest` stand behind it."""
    hidden = 0 < people < smallest
    return Indicator(
        measure=measure, value=None if hidden or value is None else round(value, 2), unit=unit,
        people=None if hidden else people, things=things, on=on, hidden=hidden,
    )  # fmt: skip


def percent(part: int, whole: int) -> float | None:
    """Return how many of a hundred; None of nothing."""
    return 100 * part / whole if whole else None


def mean(parts: Iterable[Part]) -> float | None:
    """Return the mean in which each person counts once; None of nobody."""
    listed = list(parts)
    people = sum(one.people for one in listed)
    return sum(one.value * one.people for one in listed) / people if people else None


def risen(ratings: Sequence[Rating], rule: Rule, day: str) -> int | None:
    """Return by how many levels somebody rose in a competency since a day, from all that was said of them.

    The level that counts now is compared with the one that counted before, on the same scale. None where one of them
    is missing: who was not rated did not stand at nought. A level that sank is no level gained, and none lost.
    """
    since = [one for one in ratings if one.rated_on >= day]
    now = max(since, key=lambda one: (one.rated_on, one.created_at, one.id), default=None)
    if now is None:
        return None
    same = [one for one in ratings if one.scale_id == now.scale_id]
    before, after = rule.chosen([one for one in same if one.rated_on < day]), rule.chosen(same)
    return None if before is None or after is None else max(0, after.level - before.level)


def widest(rates: Sequence[int]) -> int | None:
    """Return the difference between the highest and the lowest; None where there are not two."""
    return max(rates) - min(rates) if len(rates) > 1 else None
