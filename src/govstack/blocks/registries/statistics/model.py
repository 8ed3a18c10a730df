"""Questions to a registry, their answers in cells, and which cells are withheld so that nobody is recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias

from govstack.blocks.registries.browsing.model import FILTERS_MAX, VALUE_CHARACTERS_MAX, Filter, suits
from govstack.blocks.registries.design.model import FieldType, Path, Registry, path_of
from govstack.blocks.registries.fields.model import NUMERIC
from govstack.blocks.registries.statistics.errors import BadQuestion

GROUPS_MAX = 2
CELLS_MAX = 1_000
DAYS_MAX = 20_000
NAME_CHARACTERS_MAX = 120
SMALLEST_LEAST = 3
SMALLEST_MOST = 1_000
DECIMALS = 6
MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME})

Label: TypeAlias = str | int | float | bool | None
Labels: TypeAlias = tuple[Label, ...]


class Measure(StrEnum):
    """What is worked out: how many records, or something of a number in them."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


EXTREMES = frozenset({Measure.MINIMUM, Measure.MAXIMUM})


class Period(StrEnum):
    """How moments are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def characters(self) -> int:
        """Return how much of a moment's text tells the period; weeks are made of days afterwards."""
        return {Period.YEAR: 4, Period.MONTH: 7}.get(self, 10)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know. Fields are pointers; without `moment`, time means when a record was entered.

    `since` and `until` are days, both included; they narrow by the same moment.
    """

    measure: Measure = Measure.COUNT
    field: str = ""
    groups: tuple[str, ...] = ()
    period: Period | None = None
    moment: str = ""
    filters: tuple[Filter, ...] = ()
    words: str = ""
    since: str = ""
    until: str = ""

    @property
    def used(self) -> tuple[Path, ...]:
        """Return the fields that must be visible in a record for it to count, filters apart."""
        timed = self.moment and (self.period or self.since or self.until)
        names = [*([self.field] if self.field else []), *self.groups, *([self.moment] if timed else [])]
        return tuple(dict.fromkeys(map(path_of, names)))

    @property
    def dimensions(self) -> int:
        """Return by how many things the answer is divided."""
        return len(self.groups) + (self.period is not None)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known of the records behind one cell: how many, and of their numbers the sum and the ends."""

    number: int
    total: float = 0.0
    least: float | None = None
    most: float | None = None

    def with_other(self, other: Sums) -> Sums:
        """Return both together."""
        ends = [one for one in (self.least, other.least) if one is not None]
        tops = [one for one in (self.most, other.most) if one is not None]
        return Sums(
            self.number + other.number, self.total + other.total, min(ends, default=None), max(tops, default=None)
        )

    def value(self, measure: Measure) -> float | int | None:
        """Return the figure, a whole number where it is one."""
        if measure is Measure.COUNT:
            return self.number
        if self.number == 0:
            return None
        found = {
            Measure.SUM: self.total, Measure.AVERAGE: self.total / self.number, Measure.MINIMUM: self.least,
            Measure.MAXIMUM: self.most,
        }[measure]  # fmt: skip
        return None if found is None else neat(found)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. A withheld one tells neither its value nor how many records are behind it."""

    labels: Labels
    records: int | None
    value: float | int | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The answer to a question. `smallest` is 0 where nothing is withheld; `unlisted` says that small groups of a
    personal field are left out altogether, because their very names would tell something."""

    question: Question
    cells: tuple[Cell, ...]
    total: Cell
    version: str
    at: str
    smallest: int = 0
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers over time: each row a period, what happened, and how often (None where that is withheld)."""

    rows: tuple[tuple[str, str, int | None], ...]
    period: Period
    since: str
    until: str
    smallest: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A question that is kept under a name."""

    id: str
    name: str
    question: Question
    owner: str
    owner_name: str
    created_at: str


def neat(number: float) -> float | int:
    """Return a number without the dust of binary fractions, whole where it is whole."""
    found = round(number, DECIMALS)
    return int(found) if found == int(found) and abs(found) < 2**53 else found


def refuse_unfit(question: Question, registry: Registry, *, personal: bool) -> None:
    """Raise BadQuestion where a question does not fit the fields of a registry."""
    wrong = _wrong_measure(question, registry, personal=personal)
    if len(question.groups) > GROUPS_MAX or len(set(question.groups)) != len(question.groups):
        wrong["groupBy"] = f"names at most {GROUPS_MAX} fields, each once"
    for name in question.groups:
        one = registry.field(name)
        if one is None or not one.comparable:
            wrong["groupBy"] = "names single texts, numbers, dates or truth values that are not secret"
    if question.moment:
        one = registry.field(question.moment)
        if one is None or one.type not in MOMENTS or not one.comparable:
            wrong["moment"] = "is a field with a date, or left out for the time of entry"
    for name, text in (("since", question.since), ("until", question.until)):
        if text and day_of(text) is None:
            wrong[name] = "must be a date such as 2026-11-21"
    wrong |= _wrong_filters(question, registry)
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadQuestion(f"{where}: {why}.", fields=wrong)


def _wrong_measure(question: Question, registry: Registry, *, personal: bool) -> dict[str, str]:
    if question.measure is Measure.COUNT:
        return {"field": "goes with a sum, an average or an end"} if question.field else {}
    one = registry.field(question.field)
    if one is None or one.type not in NUMERIC or not one.comparable:
        return {"field": "is a field with single numbers"}
    if personal and question.measure in EXTREMES and is_personal(registry, path_of(question.field)):
        return {"measure": "would tell one person's value; ask for the sum or the average"}
    return {}


def _wrong_filters(question: Question, registry: Registry) -> dict[str, str]:
    too_long = len(question.words) > VALUE_CHARACTERS_MAX
    if too_long or any(len(one.value) > VALUE_CHARACTERS_MAX for one in question.filters):
        return {"filters": "has a text that is too long"}
    if len(question.filters) > FILTERS_MAX:
        return {"filters": f"are at most {FILTERS_MAX}"}
    for one in question.filters:
        known = registry.field(one.field)
        if known is None or one.comparing not in suits(known):
            return {"filters": "names a field or a comparison that does not fit"}
    return {}


def is_personal(registry: Registry, path: Path) -> bool:
    """Tell whether a field, one above it or one inside it holds personal data."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in registry.personal_fields)


def day_of(text: str) -> date | None:
    """Return the day that a text starts with, or None."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def day_after(text: str) -> str:
    """Return the first day that lies behind one, as text."""
    day = day_of(text)
    return (day + timedelta(days=1)).isoformat() if day is not None and day < date.max else "9999-12-31T~"


def week_of(text: object) -> Label:
    """Return the ISO week of a day, such as 2026-W07."""
    day = day_of(text) if isinstance(text, str) else None
    if day is None:
        return None
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def in_weeks(sums: Mapping[Labels, Sums]) -> dict[Labels, Sums]:
    """Return sums by day, whose last label is the day, put together by week."""
    found: dict[Labels, Sums] = {}
    for labels, one in sums.items():
        key = (*labels[:-1], week_of(labels[-1]))
        found[key] = found[key].with_other(one) if key in found else one
    return found


def withheld(numbers: Mapping[Labels, int], smallest: int) -> frozenset[Labels]:
    """Return the cells to withhold: those under the limit, and as many more as keep them from being worked out.

    Cells add up to the total, and along each line (one value of one part of the labels) to a figure that anybody may
    ask for. So wherever a cell is withheld, at least two are, with together no fewer records than the limit.
    """
    hidden = {labels for labels, number in numbers.items() if number < smallest}
    lines = list(_lines(numbers))
    settled = not hidden
    while not settled:
        settled = True
        for line in lines:
            inside = [labels for labels in line if labels in hidden]
            if not inside or (len(inside) > 1 and sum(numbers[labels] for labels in inside) >= smallest):
                continue
            open_ = [labels for labels in line if labels not in hidden]
            if open_:
                hidden.add(min(open_, key=lambda labels: (numbers[labels], order_of(labels))))
                settled = False
    return frozenset(hidden)


def _lines(numbers: Iterable[Labels]) -> Iterator[list[Labels]]:
    cells = list(numbers)
    width = len(cells[0]) if cells else 0
    for size in range(width):
        for places in combinations(range(width), size):
            grouped: dict[Labels, list[Labels]] = defaultdict(list)
            for labels in cells:
                grouped[tuple(labels[place] for place in places)].append(labels)
            yield from grouped.values()


def order_of(labels: Labels) -> tuple[tuple[int, float, str], ...]:
    """Return what labels of any type are sorted by: missing ones last, numbers before texts."""
    return tuple(_place(label) for label in labels)


def _place(label: Label) -> tuple[int, float, str]:
    if label is None:
        return (2, 0.0, "")
    return (1, 0.0, label) if isinstance(label, str) else (0, float(label), "")


def figures(
    question: Question, sums: Mapping[Labels, Sums], *, smallest: int, personal_labels: bool, version: str, at: str
) -> Figures:
    """Return the answer with everything withheld that must be; a `smallest` of 0 withholds nothing."""
    whole = Sums(0)
    for one in sums.values():
        whole = whole.with_other(one)
    if whole.number < smallest:
        # Not even the names of groups: a search for one person must not tell in which group they are.
        return Figures(question, (), Cell((), None, None, withheld=True), version, at, smallest, unlisted=True)
    total = Cell((), whole.number, whole.value(question.measure))
    if not question.dimensions:
        return Figures(question, (), total, version, at, smallest)
    hidden = withheld({labels: one.number for labels, one in sums.items()}, smallest)
    cells = [
        Cell(labels, None, None, withheld=True)
        if labels in hidden
        else Cell(labels, sums[labels].number, sums[labels].value(question.measure))
        for labels in sorted(sums, key=order_of)
    ]
    listed = tuple(one for one in cells if not (one.withheld and personal_labels))
    return Figures(question, listed, total, version, at, smallest, unlisted=len(listed) < len(cells))


def series(
    counts: Sequence[tuple[str, str, int]], period: Period, *, since: str, until: str, smallest: int = 0
) -> Series:
    """Return counts by day, month or year as a series, with weeks put together and small numbers withheld."""
    found: dict[Labels, int] = defaultdict(int)
    for moment, kind, number in counts:
        found[kind, week_of(moment) if period is Period.WEEK else moment] += number
    hidden = withheld(found, smallest)
    rows = [
        (str(labels[1] or ""), str(labels[0]), None if labels in hidden else number)
        for labels, number in sorted(found.items(), key=lambda item: order_of((item[0][1], item[0][0])))
    ]
    return Series(tuple(rows), period, since, until, smallest)
