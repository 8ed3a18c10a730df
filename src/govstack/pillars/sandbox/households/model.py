"""Who lives together: roles, sexes and birth days of one household, drawn from the country's shares."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Generic, TypeVar

from msgspec import Struct

from govstack.pillars.sandbox.country.model import Country, Role, Sex, Span

DAYS_A_YEAR = 365.25

Option = TypeVar("Option")
Draw = Callable[[], float]  # an even number from 0 up to, not including, 1


class Slot(Struct, frozen=True, gc=False):
    """A place in a household before anybody is named; `born` is the ordinal of a date."""

    role: Role
    sex: Sex
    born: int


class Choice(Generic[Option]):
    """Options and their shares, ready to be picked by one draw."""

    __slots__ = ("_options", "_steps")

    def __init__(self, shares: Mapping[Option, float]) -> None:
        self._options = tuple(shares)
        total = sum(shares.values())
        self._steps = [step / total for step in accumulate(shares.values())][:-1]

    def __call__(self, drawn: float) -> Option:
        return self._options[bisect(self._steps, drawn)]


def pick(options: Sequence[Option], drawn: float) -> Option:
    """One of the options, each as likely as the others."""
    return options[int(drawn * len(options))]


def quantile(steps: Sequence[float], drawn: float) -> float:
    """The value below which the share `drawn` of the people lies, between evenly spaced quantiles."""
    position = drawn * (len(steps) - 1)
    below = int(position)
    return steps[below] + (steps[below + 1] - steps[below]) * (position - below)


def between(span: Span, drawn: float) -> float:
    """A value of the span, each as likely as the others."""
    return span.low + (span.high - span.low) * drawn


def days(years: float) -> int:
    """Whole days of so many years."""
    return int(years * DAYS_A_YEAR)


class Shapes:
    """Draws who lives together: roles, sexes and birth days, so that parents are old enough for their children."""

    def __init__(self, country: Country) -> None:
        self._demography = country.demography
        self._today = date.fromisoformat(country.as_of).toordinal()
        self._sizes = Choice(country.demography.household_size_shares)
        self._newest_adult = self._today - days(country.incomes.adult_age_years + 1)

    def draw(self, draw: Draw, room: int) -> list[Slot]:
        """One household of at most `room` people: parents of the head, head, partner, children by age."""
        shares = self._demography
        size = min(self._sizes(draw()), room)
        if size == 1:
            age = quantile(shares.single_age_years, draw())
            return [Slot("head", "female" if draw() < 0.5 else "male", self._today - days(age))]
        if size == 2 and draw() < shares.couple_share_of_pairs:
            return self._couple(draw)
        lone = size == 2 or draw() < shares.lone_parent_share
        elders = 1 if size >= 4 and draw() < shares.elder_share else 0
        children = self._children(draw, size - elders - (1 if lone else 2))
        parents = self._parents(draw, children, lone=lone)
        return self._elders(draw, elders, parents[0].born) + parents + children

    def _couple(self, draw: Draw) -> list[Slot]:
        man = self._today - days(quantile(self._demography.couple_age_years, draw()))
        woman = min(man + days(between(self._demography.father_older_by_years, draw())), self._newest_adult)
        return self._headed(draw, woman, min(man, self._newest_adult))

    def _headed(self, draw: Draw, woman: int, man: int) -> list[Slot]:
        if draw() < 0.5:
            return [Slot("head", "female", woman), Slot("partner", "male", man)]
        return [Slot("head", "male", man), Slot("partner", "female", woman)]

    def _children(self, draw: Draw, number: int) -> list[Slot]:
        born = self._today - days(between(self._demography.youngest_child_age_years, draw()))
        children = []
        for _ in range(number):
            children.append(Slot("child", "female" if draw() < 0.49 else "male", born))
            born -= int(between(self._demography.sibling_spacing_days, draw()))
        children.reverse()
        return children

    def _parents(self, draw: Draw, children: list[Slot], *, lone: bool) -> list[Slot]:
        shares = self._demography
        oldest, youngest = children[0].born, children[-1].born
        first = shares.mother_age_at_first_birth_years
        latest = min(first.high, shares.mother_age_at_last_birth_years - (youngest - oldest) / DAYS_A_YEAR)
        woman = oldest - days(first.low + max(latest - first.low, 0) * draw())
        if lone:
            return [Slot("head", "female" if draw() < shares.female_lone_parent_share else "male", woman)]
        man = min(woman - days(between(shares.father_older_by_years, draw())), oldest - days(first.low))
        return self._headed(draw, woman, man)

    def _elders(self, draw: Draw, number: int, head_born: int) -> list[Slot]:
        oldest = self._today - days(self._demography.age_limit_years)
        slots = []
        for _ in range(number):
            older_by = days(between(self._demography.parent_older_than_head_years, draw()))
            slots.append(Slot("parent", "female" if draw() < 0.7 else "male", max(head_born - older_by, oldest)))
        return slots
