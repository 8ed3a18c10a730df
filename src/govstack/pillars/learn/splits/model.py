"""By what people are told apart in figures, and which numbers are hidden so that none tells of somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

SMALL_CELL_SETTING = "LEARN_SMALL_CELL_MIN"
CELLS_HIDDEN_MIN = 2
UNSTATED = "unstated"
Word = Annotated[str, Meta(max_length=60)]


class Dimension(StrEnum):
    """By what figures of people are split. The gender stands with the person, the others people say of themselves."""

    GENDER = "gender"
    AGE = "age"
    DISABILITY = "disability"
    AREA = "area"


# What people say of themselves, and the vocabulary whose words they choose from.
VOCABULARIES: Mapping[Dimension, str] = {
    Dimension.AGE: "age-band",
    Dimension.DISABILITY: "disability",
    Dimension.AREA: "area-kind",
}


class SelfDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves, as codes of the vocabularies; "" where they rather say nothing."""

    age: Word = ""
    disability: Word = ""
    area: Word = ""

    def of(self, dimension: Dimension) -> str:
        """Return what was said in a dimension."""
        return str(getattr(self, dimension.value))


class Share(msgspec.Struct, frozen=True):
    """How many people are in a part of a split; null where it is hidden."""

    value: str
    people: int | None


class Split(msgspec.Struct, frozen=True):
    """People told apart in one dimension."""

    by: Dimension
    shares: list[Share]


def hidden(counts: Mapping[str, int], fewest: int, *, also: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the cells to hide, so that none below `fewest` is shown or can be worked out from the total of all.

    `also` are hidden elsewhere, and would be told by what is shown here.
    """
    if not fewest:
        return frozenset()
    out = {name for name, count in counts.items() if count < fewest or name in also}
    if not any(counts[name] for name in out):
        # What is empty hides nobody: that nobody answered says nothing about what anybody answered.
        return frozenset(out)
    others = sorted((name for name in counts if name not in out), key=lambda name: (counts[name], name))
    while others and (
        sum(counts[name] for name in out) < fewest or sum(counts[name] > 0 for name in out) < CELLS_HIDDEN_MIN
    ):
        out.add(others.pop(0))
    return frozenset(out)


def concealed(
    counts: Mapping[str, int], fewest: int, by: Dimension, *, also: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the cells to hide of a split by what people say of themselves, stricter than `hidden`.

    Where all say the same, their number tells of each of them whose name is known.
    """
    out = hidden(counts, fewest, also=also)
    said = [name for name, count in counts.items() if count]
    if by in VOCABULARIES and len(said) == 1 and said[0] != UNSTATED:
        return out | frozenset(said)
    return out


def split(by: Dimension, values: Iterable[str], fewest: int) -> Split:
    """Return how many people are in each part, without small parts and those from which they could be worked out."""
    counts = Counter(values)
    return _told(by, counts, concealed(counts, fewest, by), fewest)


def side_by_side(by: Dimension, groups: Mapping[str, Counter[str]], fewest: int) -> dict[str, Split]:
    """Return the splits of several groups, so that nothing hidden can be worked out along a group or across groups."""
    out = _hidden_in(by, [groups], fewest)
    return {name: _told(by, counts, out[name], fewest) for name, counts in groups.items()}


def nested(
    by: Dimension, groups: Mapping[str, tuple[Counter[str], Counter[str]]], values: Iterable[str], fewest: int
) -> dict[str, tuple[Split, Split]]:
    """Return the splits of several groups, each with that of the people in it of whom something holds.

    The same parts are hidden in both, also for those few of whom it does not hold: they are the difference. `values`
    are all parts there can be; where people are hidden each of them is named, so that none stands for the total alone.
    """
    known = dict.fromkeys(values, 0)
    whole = {name: Counter({**known, **all_}) for name, (all_, _some) in groups.items()}
    some = {name: some_ for name, (_all, some_) in groups.items()}
    others = {name: all_ - some_ for name, (all_, some_) in groups.items()}
    out = _hidden_in(by, [whole, some, others], fewest)
    told: dict[str, tuple[Split, Split]] = {}
    for name, counts in whole.items():
        few = any(counts[value] for value in out[name])
        listed = {value: count for value, count in counts.items() if count or few}
        part = {value: some[name][value] for value in listed}
        told[name] = _told(by, listed, out[name], fewest), _told(by, part, out[name], fewest)
    return told


def _hidden_in(by: Dimension, tables: Sequence[Mapping[str, Counter[str]]], fewest: int) -> dict[str, frozenset[str]]:
    """Return which parts of each group are hidden in all tables, so that none can be worked out along or across."""
    out: dict[str, frozenset[str]] = dict.fromkeys(tables[0], frozenset())
    values = sorted({value for counts in tables[0].values() for value in counts})
    before = None
    while before != out:
        before = dict(out)
        for groups in tables:
            for name, counts in groups.items():
                out[name] |= concealed(counts, fewest, by, also=out[name])
            for value in values:
                across = {name: counts[value] for name, counts in groups.items() if counts[value]}
                gone = hidden(across, fewest, also=frozenset(name for name in across if value in out[name]))
                out |= {name: out[name] | {value} for name in gone}
    return out


def _told(by: Dimension, counts: Mapping[str, int], out: frozenset[str], fewest: int) -> Split:
    def told(value: str, count: int) -> Share:
        if value in out:
            return Share(value, None)
        # Readers may know the names: what one of them said must not show when that one comes or goes.
        return Share(value, count - count % fewest if fewest and by in VOCABULARIES else count)

    ordered = sorted(counts, key=lambda value: (value == UNSTATED, value))
    return Split(by, [told(value, counts[value]) for value in ordered])


def placed(value: str, codes: Sequence[str]) -> tuple[int, str]:
    """Return where a part stands: words in the order of their list, others behind, what nobody said last."""
    return (len(codes) + (value == UNSTATED) if value not in codes else codes.index(value), value)


def in_order(found: Split, codes: Mapping[Dimension, Sequence[str]]) -> Split:
    """Return a split whose parts stand in the order of their list, such as ages from the youngest on."""
    return Split(found.by, sorted(found.shares, key=lambda one: placed(one.value, codes.get(found.by, ()))))
