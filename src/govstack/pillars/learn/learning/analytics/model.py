"""Figures of learning, without cells so small that they tell of somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from govstack.kernel import clock
from govstack.pillars.learn.learning.indicators.model import (
    PERCENT,
    POINTS,
    Group,
    Indicator,
    Made,
    Measure,
    Measured,
    indicator,
    mean,
    percent,
    telling,
    widest,
)
from govstack.pillars.learn.learning.statements.model import position_of
from govstack.pillars.learn.splits.model import UNSTATED as SAID_NOTHING
from govstack.pillars.learn.splits.model import Dimension, concealed
from govstack.pillars.learn.splits.model import hidden as few

ACTIVITIES_SHOWN_MAX = 50
COURSE, OFFERING = "course:", "offering:"
UNSTATED = ""
# Whom no result of a group was told of.
REST = "*"


class Split(StrEnum):
    """By what figures are split."""

    GENDER = "gender"
    ORGANISATION = "organisation"
    PLACE = "place"
    AGE = "age"
    DISABILITY = "disability"
    AREA = "area"
    ACTIVITY = "activity"


# What people say of themselves: figures are split by it only where a country asks.
SAID = frozenset({Split.AGE, Split.DISABILITY, Split.AREA})


@dataclass(frozen=True, slots=True)
class Tally:
    """What somebody did in an activity."""

    actor: str
    activity: str
    first_position: int
    last_position: int
    statements: int
    completed_position: int | None

    def without(self, gone: Collection[int], left: Left) -> Tally | None:
        """Return the tally without statements that do not hold, None when nothing is left; what is older than the store
        keeps stays counted."""
        statements = self.statements - len(gone)
        if statements <= 0:
            return None
        first, last, completed = self.first_position, self.last_position, self.completed_position
        return replace(
            self, statements=statements,
            first_position=left.first_position or last if first in gone else first,
            last_position=left.last_position or first if last in gone else last,
            completed_position=left.completed_position if completed in gone else completed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """What is still there of somebody in an activity, and holds."""

    first_position: int | None
    last_position: int | None
    completed_position: int | None


@dataclass(frozen=True, slots=True)
class Traits:
    """What figures are split by; nothing else of a person."""

    gender: str = UNSTATED
    organisation: str = UNSTATED
    place: str = UNSTATED
    age: str = UNSTATED
    disability: str = UNSTATED
    area: str = UNSTATED


class Cell(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One line of a split: people reached, activities they began and finished; all None where few people are meant.

    `known` are the people of the group in the country, None too where few of them are not reached.
    """

    value: str
    people: int | None
    started: int | None
    completed: int | None
    known: int | None = None

    @property
    def reach(self) -> int | None:
        """Return how many of a hundred people of the group were reached."""
        return None if not self.known or self.people is None else round(100 * self.people / self.known)

    @property
    def rate(self) -> int | None:
        """Return how many of a hundred activities that were begun were finished."""
        return None if not self.started or self.completed is None else round(100 * self.completed / self.started)


class Figures(msgspec.Struct, frozen=True, rename="camel"):
    """Figures of a country, at a moment. `smallest` is the number of people below which a cell is hidden.
    `active` are those who learned within the last `active_days`.

    `measured` are the indicators that other rooms have the numbers of, `groups` what those come to for each group; what
    follows from these figures is made from them, and never kept beside them.
    """

    taken_at: str
    smallest: int
    known: int
    reached: int
    active: int
    started: int
    completed: int
    splits: dict[Split, list[Cell]]
    measured: list[Indicator] = []
    groups: list[Group] = []
    active_days: int = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is who lets their manager see it."""

    learner_id: str
    name: str
    started: int
    completed: int


@dataclass(frozen=True, slots=True)
class Team:
    """What a manager sees of those who report to them: figures of enough people, names of those who share.

    `known` says whether it could be found out who shares; where it could not, nobody is shown.
    """

    people: int
    figures: Cell | None
    sharing: tuple[Progress, ...]
    known: bool = True


def done_here(actor: str, activity: str, began_at: str, changed_at: str, completed_at: str) -> Tally:
    """Return what somebody did in a course or a session of this pillar itself; "" is not completed."""
    first, last = (position_of(clock.parse(at)) for at in (began_at, max(changed_at, completed_at)))
    return Tally(actor, activity, first, last, 0, position_of(clock.parse(completed_at)) if completed_at else None)


def count(tallies: Iterable[Tally], value: str = "") -> Cell:
    """Return the figures of some tallies together."""
    listed = list(tallies)
    completed = sum(one.completed_position is not None for one in listed)
    return Cell(value, len({one.actor for one in listed}), len(listed), completed)


def split(tallies: Iterable[Tally], by: Split, traits: Mapping[str, Traits], smallest: int) -> list[Cell]:
    """Return the lines of a split, the largest first, small ones hidden; no order tells which hidden one is larger."""
    groups: dict[str, list[Tally]] = {}
    for one in tallies:
        value = one.activity if by is Split.ACTIVITY else getattr(traits.get(one.actor, Traits()), by.value)
        groups.setdefault(value, []).append(one)
    sizes = Counter(getattr(one, by.value) for one in traits.values()) if by is not Split.ACTIVITY else Counter[str]()
    for value, size in sizes.items():
        # Nobody of a large group was reached: that tells of nobody, and is what a country must see.
        if size >= smallest:
            groups.setdefault(value, [])
    cells = [count(group, value) for value, group in groups.items()]
    # Activities overlap and do not add up to a total, so that a single hidden one cannot be worked out.
    shown = sized(hidden(cells, smallest, adds_up=by is not Split.ACTIVITY), sizes, smallest)
    return sorted(shown, key=lambda cell: (cell.people is None, -(cell.people or 0), cell.value))


def sized(cells: list[Cell], sizes: Mapping[str, int], smallest: int) -> list[Cell]:
    """Say how many people a group has, unless that would tell of few who were not reached."""

    def is_told(cell: Cell) -> bool:
        missed = sizes.get(cell.value, 0) - cell.people if cell.people is not None else -1
        return missed == 0 or missed >= smallest

    told = [cell for cell in cells if cell.value in sizes and is_told(cell)]
    if len(told) == len(cells) - 1 and told:
        # The one that is left out could be worked out from the total.
        told.remove(min(told, key=lambda cell: (sizes[cell.value], cell.value)))
    return [msgspec.structs.replace(cell, known=sizes[cell.value]) if cell in told else cell for cell in cells]


def hidden(cells: list[Cell], smallest: int, *, adds_up: bool) -> list[Cell]:
    """Hide cells of few people, and one more where a single hidden one could be worked out from the total."""
    few = {cell.value for cell in cells if 0 < (cell.people or 0) < smallest}
    if adds_up and len(few) == 1 and len(cells) > 1:
        rest = [cell for cell in cells if cell.value not in few]
        few.add(min(rest, key=lambda cell: (not cell.people, cell.people or 0, cell.value)).value)
    return [Cell(cell.value, None, None, None) if cell.value in few else cell for cell in cells]


def figures(
    tallies: Iterable[Tally],
    traits: Mapping[str, Traits],
    *,
    taken_at: str,
    smallest: int,
    active_since: int,
    active_days: int,
    asked: Collection[str] = (),
) -> Figures:
    """Return the figures of all tallies, of people of whom `traits` are known.

    `asked` is what this country lets people say of themselves.
    """
    listed = list(tallies)
    whole = count(listed)
    splits = {by: split(listed, by, traits, smallest) for by in Split if by in asked or by not in SAID}
    splits[Split.ACTIVITY] = splits[Split.ACTIVITY][:ACTIVITIES_SHOWN_MAX]
    return Figures(
        taken_at=taken_at, smallest=smallest, known=len(traits), reached=whole.people or 0,
        active=len({one.actor for one in listed if one.last_position >= active_since}),
        started=whole.started or 0, completed=whole.completed or 0, splits=splits,
        active_days=active_days,
    )  # fmt: skip


def indicators(found: Figures) -> list[Indicator]:
    """Return all indicators together: those of these figures, what else was measured, and how far groups lie apart."""
    day, smallest = clock.day(found.taken_at).isoformat(), found.smallest
    return [
        indicator(
            Measure.REACH,
            percent(found.reached, found.known),
            unit=PERCENT,
            people=found.reached,
            things=found.known,
            on=day,
            smallest=smallest,
        ),
        indicator(
            Measure.COMPLETION,
            percent(found.completed, found.started),
            unit=PERCENT,
            people=found.reached,
            things=found.started,
            on=day,
            smallest=smallest,
        ),
        *found.measured,
        *_differences(found),
    ]


def groups(found: Figures) -> list[Group]:
    """Return what each indicator that is known by group comes to for each group, whether it is hidden or not."""
    shares = [
        Group(measure=measure, by=by, value=cell.value, unit=PERCENT, people=None if unseen else cell.people,
              result=share)
        for by, cells in found.splits.items() if by is not Split.ACTIVITY
        for measure in (Measure.COMPLETION, Measure.REACH)
        for cell in cells
        for share, unseen in (
            [(cell.rate, cell.people is None)] if measure is Measure.COMPLETION
            else [(cell.reach, cell.people is None or cell.known is None)]
        )
    ]  # fmt: skip
    return [*shares, *(one for one in found.groups if one.by in found.splits or one.by not in SAID)]


# Who says nothing is no group of its own.
UNCOMPARED = frozenset({UNSTATED, SAID_NOTHING})
APART = (Measure.COMPLETION, Measure.REACH, Measure.GAIN, Measure.TRANSFER, Measure.CLOSED)


def _differences(found: Figures) -> list[Indicator]:
    """Return how far groups lie apart in each indicator, of those that are shown and known by name."""
    known: dict[tuple[Measure, str, str], list[Group]] = {}
    for one in groups(found):
        known.setdefault((one.measure, one.unit, one.by), []).append(one)
    spent = sorted({unit for measure, unit, _by in known if measure is Measure.COST})
    told = [*((one, _unit(one)) for one in APART), *((Measure.COST, unit) for unit in spent)]
    made = []
    for measure, unit in told:
        for by in Split:
            if by is Split.ACTIVITY or (by in SAID and (by not in found.splits or measure is Measure.TRANSFER)):
                continue
            listed = [one for one in known.get((measure, unit, by), ()) if one.value not in UNCOMPARED]
            compared = [one for one in listed if one.result is not None]
            made.append(
                indicator(
                    measure, widest([one.result for one in compared if one.result is not None]), by=by,
                    unit=unit if measure is Measure.COST else POINTS, things=len(compared),
                    on=clock.day(found.taken_at).isoformat(),
                    people=sum(one.people or 0 for one in compared), smallest=found.smallest,
                )
            )  # fmt: skip
    return made


def _unit(measure: Measure) -> str:
    return POINTS if measure in {Measure.GAIN, Measure.TRANSFER} else PERCENT


def compared(
    measured: Measured, traits_of: Callable[[str], Traits], *, by: Split, smallest: int
) -> list[Group]:  # fmt: skip
    """Return what was measured for each group that people are told apart into, small ones hidden.

    With a group of few people one more is hidden where it could be worked out from the total of all, and so is one that
    leaves few people of all, of whom nothing is told.
    """
    found = []
    for shares in measured.shares:
        sums: dict[str, Made] = {}
        people: Counter[str] = Counter()
        for person_id, one in shares.of.items():
            value = getattr(traits_of(person_id), by.value)
            whole = sums.setdefault(value, Made())
            whole.over, whole.under = whole.over + one.over, whole.under + one.under
            people[value] += one.counted
        results = {value: shares.factor * one.over / one.under if one.under else None for value, one in sums.items()}
        found += _groups(shares.measure, shares.unit, results, people, by=by, smallest=smallest)
    parts = {value: telling(told, smallest) for (of, value), told in measured.told.items() if of == by}
    sizes = Counter({value: sum(one.people for one in told) for value, told in parts.items()})
    means = {value: mean(told) for value, told in parts.items()}
    known = next((one.people or 0 for one in measured.indicators if one.measure is Measure.TRANSFER), 0)
    sizes[REST] = max(0, known - sizes.total()) if sizes else 0
    return [*found, *_groups(Measure.TRANSFER, POINTS, means, sizes, by=by, smallest=smallest)]


def _groups(
    measure: Measure, unit: str, results: Mapping[str, float | None], people: Counter[str], *, by: Split, smallest: int
) -> list[Group]:
    by_gender = by is Split.GENDER
    out = concealed(people, smallest, Dimension(by.value)) if by in SAID or by_gender else few(people, smallest)

    def told(value: str, result: float | None) -> Group:
        known, exact = people[value], result
        if by in SAID:
            # Readers may know the names: what one of them said must not show when that one comes or goes.
            known, exact = known - known % max(1, smallest), None if result is None else round(result)
        unseen = value in out
        return Group(
            measure=measure, by=by.value, value=value, unit=unit, people=None if unseen else known,
            result=None if unseen or exact is None else round(exact, 2),
        )  # fmt: skip

    # What is hidden or rounded stands in no order that tells more than what is shown.
    groups = [told(value, result) for value, result in results.items()]
    return sorted(groups, key=lambda one: (one.people is None, -(one.people or 0), one.value))
