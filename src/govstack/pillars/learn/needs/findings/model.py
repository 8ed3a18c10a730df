"""Figures of a campaign: counted from packed answers, and shown so that nobody can be found in them.

A cell with few people is hidden, and so are as many others as it takes that the hidden ones cannot be worked out from
a total: at least two that are not empty, which together hold enough people.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.instruments.model import SHARING, Family, Instrument
from govstack.pillars.learn.needs.scoring.model import (
    NO_OUTCOME,
    Category,
    Marks,
    Outcome,
    Rule,
    rules,
    whole,
)
from govstack.pillars.learn.splits.model import UNSTATED, concealed, hidden
from govstack.pillars.learn.splits.model import Dimension as Split

CELLS_SHOWN_MAX = 2_000


class Dimension(StrEnum):
    """By what people are told apart in figures."""

    ORGANISATION = "organisation"
    PROFILE = "profile"
    GENDER = "gender"
    PLACE = "place"
    AGE = Split.AGE.value
    DISABILITY = Split.DISABILITY.value
    AREA = Split.AREA.value


# What people say of themselves: kept only where the country asks for it.
SAID = (Dimension.AGE, Dimension.DISABILITY, Dimension.AREA)


@dataclass(frozen=True, slots=True)
class Row:
    """A response that counts, with what it is counted by; `packed` holds its choices."""

    organisation: str
    profile: str
    gender: str
    place: str
    packed: bytes
    marks: Marks | None = None
    age: str = UNSTATED
    disability: str = UNSTATED
    area: str = UNSTATED


@dataclass(frozen=True, slots=True)
class Reach:
    """How many were asked and how many answered; None where so few answered that they are hidden."""

    cell: str
    asked: int | None
    answered: int | None

    @property
    def share(self) -> float | None:
        """Return the response rate."""
        return self.answered / self.asked if self.asked and self.answered is not None else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How a section came out: responses by category, None when hidden; `middle` is the median share of means."""

    section: str
    categories: tuple[Category, ...]
    counts: tuple[int, ...] | None
    middle: float | None = None


@dataclass(frozen=True, slots=True)
class ItemSpread:
    """How an item was answered: responses by choice of its scale, None when hidden."""

    item: str
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """The sections of those who have something in common, such as a place."""

    cell: str
    sections: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is shown of a campaign for one kind of rater. `fewest` is the smallest number of people that is shown."""

    rater: Rater
    asked: int
    answered: int
    fewest: int
    sections: tuple[Spread, ...]
    items: tuple[ItemSpread, ...]
    reach: Mapping[Dimension, tuple[Reach, ...]]
    cells: Mapping[Dimension, tuple[Cell, ...]]
    whole: Spread | None

    @property
    def hidden(self) -> bool:
        """Tell whether so few answered that no result is shown at all."""
        return bool(self.fewest) and self.answered < self.fewest


def reach(asked: Mapping[str, int], answered: Mapping[str, int], fewest: int) -> tuple[Reach, ...]:
    """Return response rates by cell. How many were asked is no secret of theirs; how many answered may be."""
    counts = {name: answered.get(name, 0) for name in asked}
    out = hidden(counts, fewest)
    return tuple(
        Reach(name, asked[name], None if name in out else counts[name]) for name in sorted(asked)[:CELLS_SHOWN_MAX]
    )


def said_reach(
    name: Dimension, asked: Mapping[str, int], answered: Mapping[str, int], fewest: int
) -> tuple[Reach, ...]:
    """Return response rates by what people say of themselves: here also how many were asked tells of them."""
    out = _said_hidden(name, asked, answered, fewest)
    return tuple(
        Reach(cell, None, None) if cell in out else Reach(cell, asked[cell], answered.get(cell, 0))
        for cell in sorted(asked)
    )


def _said_hidden(name: Dimension, asked: Mapping[str, int], answered: Mapping[str, int], fewest: int) -> frozenset[str]:
    """Return the cells to hide where few were asked, few answered, or few did not."""
    by, counts = Split(name.value), {cell: answered.get(cell, 0) for cell in asked}
    missed = {cell: asked[cell] - count for cell, count in counts.items()}
    out = frozenset(cell for cell, count in missed.items() if 0 < count < fewest)
    out = concealed(counts, fewest, by, also=out)
    return concealed(asked, fewest, by, also=out)


class Sheet:
    """Responses of one kind of rater as columns: choices by item, results by section."""

    def __init__(self, instrument: Instrument, rows: Sequence[Row]) -> None:
        self.instrument = instrument
        self.rows = rows
        self.rules = rules(instrument)
        width = len(instrument.choosing)
        self._joined = b"".join([row.packed for row in rows])
        self._width = width
        self._shares: list[list[float | None]] = []
        self.outcomes = [self._section(rule) for rule in self.rules]

    def _section(self, rule: Rule) -> bytes:
        """Return the category of each response in a section as one byte; the rule is asked once for each pattern."""
        if rule.numbers:
            found = [self._of(rule, row) for row in self.rows]
        else:
            parts = [row.packed[rule.span] for row in self.rows]
            known = {part: rule.outcome(part, {}) for part in set(parts)}
            found = list(map(known.__getitem__, parts))
        rule.forget()
        self._shares.append([one.share for one in found] if self._means else [])
        return bytes([NO_OUTCOME if one.category is None else one.category for one in found])

    @property
    def _means(self) -> bool:
        return self.instrument.scoring.family in SHARING

    @staticmethod
    def _of(rule: Rule, row: Row) -> Outcome:
        numbers = {name: one.number for name, one in (row.marks or {}).items() if one.number is not None}
        return rule.outcome(row.packed[rule.span], numbers)

    def items(self) -> list[list[int]]:
        """Return by item how often each choice of its scale was taken."""
        counted = []
        for at, item in enumerate(self.instrument.choosing):
            column = self._joined[at :: self._width]
            choices = len(self.instrument.scale_of(item).choices)
            counted.append([column.count(code) for code in range(1, choices + 1)])
        return counted

    def sections(self) -> list[list[int]]:
        """Return by section how often each category came out."""
        return [
            [column.count(code) for code in range(len(rule.categories))]
            for rule, column in zip(self.rules, self.outcomes, strict=True)
        ]

    def middles(self) -> list[float | None]:
        """Return the median share of each section, for means; half of the responses lie at it or below."""
        return [_middle(one) for one in self._shares]

    def by(self, names: Sequence[str]) -> dict[str, list[list[int]]]:
        """Return by name of a cell, and by section, how often each category came out."""
        found: dict[str, list[list[int]]] = {
            name: [[0] * len(rule.categories) for rule in self.rules] for name in dict.fromkeys(names)
        }
        for place, column in enumerate(self.outcomes):
            for (name, code), count in Counter(zip(names, column, strict=True)).items():
                if code != NO_OUTCOME:
                    found[name][place][code] = count
        return found

    def whole(self) -> Spread | None:
        """Return how the whole of the responses came out, for the families that have one."""
        family = self.instrument.scoring.family
        if family is Family.ORDINAL:
            return None
        staged = family is Family.STAGED
        known: dict[tuple[float | None, ...], Outcome] = {}
        found: list[Outcome] = []
        for one in zip(*(self.outcomes if staged else self._shares), strict=True):
            if one not in known:
                parts = [
                    Outcome(category=None if part in {None, NO_OUTCOME} else int(part))
                    if staged
                    else Outcome(share=part)
                    for part in one
                ]
                known[one] = whole(self.instrument, self.rules, parts)
            found.append(known[one])
        categories = self.rules[0].categories
        counted = Counter(one.category for one in found)
        counts = tuple(counted[code] for code in range(len(categories)))
        return Spread("", categories, counts, _middle(one.share for one in found))


def _middle(shares: Iterable[float | None]) -> float | None:
    known = [one for one in shares if one is not None]
    return statistics.median_low(known) if known else None


def dimension(row: Row, name: Dimension) -> str:
    """Return what a response counts for in a dimension."""
    return {
        Dimension.ORGANISATION: row.organisation, Dimension.PROFILE: row.profile, Dimension.GENDER: row.gender,
        Dimension.PLACE: row.place, Dimension.AGE: row.age, Dimension.DISABILITY: row.disability,
        Dimension.AREA: row.area,
    }[name]  # fmt: skip


def findings(
    instrument: Instrument, *, rater: Rater, rows: Sequence[Row], asked: Mapping[Dimension, Mapping[str, int]],
    answered: Mapping[Dimension, Mapping[str, int]], fewest: int,
) -> Findings:  # fmt: skip
    """Return what may be shown of the responses of one kind of rater."""
    sheet = Sheet(instrument, rows)
    total = sum(answered[Dimension.GENDER].values())
    shown = not fewest or total >= fewest
    sections = tuple(
        _spread(rule, counts, middle, shown=shown and _enough(counts, fewest))
        for rule, counts, middle in zip(sheet.rules, sheet.sections(), sheet.middles(), strict=True)
    )
    items = tuple(
        ItemSpread(item.id, tuple(counts) if shown and _enough(counts, fewest) else None)
        for item, counts in zip(instrument.choosing, sheet.items(), strict=True)
    )
    return Findings(
        rater, sum(asked[Dimension.GENDER].values()), total, fewest, sections, items,
        {
            name: said_reach(name, asked[name], answered[name], fewest)
            if name in SAID
            else reach(asked[name], answered[name], fewest)
            for name in asked
        },
        {name: _cells(sheet, name, _out(name, asked[name], answered[name], fewest), fewest) for name in asked}
        if shown
        else {},
        sheet.whole() if shown else None,
    )  # fmt: skip


def _enough(counts: Sequence[int], fewest: int) -> bool:
    """Tell whether as many answered as may be shown. Where nobody did there is nothing to hide."""
    return not fewest or sum(counts) == 0 or sum(counts) >= fewest


def _spread(rule: Rule, counts: Sequence[int], middle: float | None, *, shown: bool) -> Spread:
    return Spread(rule.section.id, rule.categories, tuple(counts) if shown else None, middle if shown else None)


def _out(name: Dimension, asked: Mapping[str, int], answered: Mapping[str, int], fewest: int) -> frozenset[str]:
    return _said_hidden(name, asked, answered, fewest) if name in SAID else hidden(answered, fewest)


def _cells(sheet: Sheet, name: Dimension, out: frozenset[str], fewest: int) -> tuple[Cell, ...]:
    """Return the sections by cell; in each section, cells in which few have a result are hidden with others."""
    by = sheet.by([dimension(row, name) for row in sheet.rows])
    hiding = [
        hidden({cell: sum(found[place]) for cell, found in by.items()}, fewest, also=out)
        for place in range(len(sheet.rules))
    ]
    return tuple(
        Cell(
            cell,
            tuple(
                Spread(rule.section.id, rule.categories, None if cell in hiding[place] else tuple(by[cell][place]))
                for place, rule in enumerate(sheet.rules)
            ),
        )
        for cell in sorted(by)[:CELLS_SHOWN_MAX]
    )


def lower_middles(instrument: Instrument, rows: Sequence[Row], *, fewest: int) -> dict[str, int]:
    """Return the place, from 1, of the lower middle answer to each item among the levels of its scale.

    Items that fewer people answered have none.
    """
    told: dict[str, int] = {}
    for item, counts in zip(instrument.choosing, Sheet(instrument, rows).items(), strict=True):
        scale = instrument.scale_of(item)
        by_choice = dict(zip((one.id for one in scale.choices), counts, strict=False))
        places = [place for place, one in enumerate(scale.levels, start=1) for _answer in range(by_choice[one.id])]
        if len(places) >= max(1, fewest):
            told[item.id] = statistics.median_low(places)
    return told
