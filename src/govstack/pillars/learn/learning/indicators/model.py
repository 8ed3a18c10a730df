"""An indicator with what it rests on, and how each number is made from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


class Indicator(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One indicator: of everybody, or by how much groups lie apart in it, told `by` what they are told apart.

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
    by: str = ""


class Group(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What an indicator comes to for one group, `value` of what is told apart by `by`.

    `result` is None where there is nothing to take it from, and where so few people stand behind it, or behind what
    could be worked out from it, that both are hidden; then `people` is None too.
    """

    measure: Measure
    by: str
    value: str
    unit: str
    people: int | None
    result: float | None


@dataclass(slots=True)
class Made:
    """What one person brings to an indicator that is the one by the other of all; not `counted` who is in no number."""

    over: float = 0
    under: float = 0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Shares:
    """An indicator by person, so that groups can be compared in it; `factor` makes it per cent where it is a share."""

    measure: Measure
    unit: str
    of: Mapping[str, Made]
    factor: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured: the indicators, what each person brings to them, and what was told of groups as such."""

    indicators: list[Indicator]
    shares: list[Shares]
    told: Mapping[tuple[str, str], list[Part]]


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
    of: dict[str, Made] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Return of how many people it is known whether they rose."""
        return sum(one.counted for one in self.of.values())

    @property
    def per_level(self) -> float | None:
        """Return what one level cost, None while nobody rose by any."""
        return float(round(self.cost / self.levels, 2)) if self.levels else None


def indicator(
    measure: Measure, value: float | None, *, unit: str, people: int, things: int, on: str, smallest: int, by: str = ""
) -> Indicator:
    """Return an indicator, hidden where fewer people than `smallest` stand behind it."""
    hidden = 0 < people < smallest
    return Indicator(
        measure=measure, value=None if hidden or value is None else round(value, 2), unit=unit,
        people=None if hidden else people, things=things, on=on, hidden=hidden, by=by,
    )  # fmt: skip


def percent(part: int, whole: int) -> float | None:
    """Return how many of a hundred; None of nothing."""
    return 100 * part / whole if whole else None


def telling(parts: Iterable[Part], smallest: int) -> list[Part]:
    """Return the results that enough people stand behind; where none does the largest alone, which is hidden then.

    Several results of the same few people would look like one of many.
    """
    listed = list(parts)
    return [one for one in listed if one.people >= smallest] or sorted(listed, key=lambda one: -one.people)[:1]


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


def widest(rates: Sequence[float]) -> float | None:
    """Return the difference between the highest and the lowest; None where there are not two."""
    return max(rates) - min(rates) if len(rates) > 1 else None
