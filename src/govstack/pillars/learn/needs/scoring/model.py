"""Results from answers and nothing else: levels in order, weighted means, staged models, and comparison with peers.

The same rule serves one response and a hundred thousand: a section of a packed response is scored once for each
different pattern of answers. Levels are never averaged, and no two families are ever merged into one number.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from govstack.pillars.learn.needs.instruments.model import (
    SHARING,
    Choice,
    ChoiceKind,
    Family,
    Instrument,
    Item,
    ItemKind,
    Section,
)

UNANSWERED = 0
NO_OUTCOME = 255
ABSENT = "absent"
NO_STAGE = "none"


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was answered to an item: a choice or a number, and how sure the rater is."""

    choice: str = ""
    number: float | None = None
    confidence: str = ""


Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Category:
    """Something that a section can come to: a level, a stage or a band; `titles` by language."""

    id: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a section came to: `category` is a place in its categories, `spread` a z-score.

    `share` is 0 to 1: of the highest result for means, between the lowest and the highest of the peers for z-scores.
    """

    category: int | None = None
    share: float | None = None
    spread: float | None = None


NOTHING = Outcome()


@dataclass(frozen=True, slots=True)
class SectionResult:
    """A section of one response: its outcome, how far it is from what is aimed at, and on how many answers it rests."""

    section: str
    outcome: Outcome
    gap: float | None
    answered: int
    applicable: int
    items: int


@dataclass(frozen=True, slots=True)
class Result:
    """A response scored: its sections, and the whole where the family has one, with how far it is below the aim."""

    sections: tuple[SectionResult, ...]
    whole: Outcome
    gap: float | None
    categories: tuple[Category, ...]


def pack(items: Sequence[Item], instrument: Instrument, marks: Marks) -> bytes:
    """Return one byte for each item that is answered by choosing: 0 for no answer, else the choice's place from 1."""
    places = {
        scale.id: {one.id: place for place, one in enumerate(scale.choices, start=1)} for scale in instrument.scales
    }
    packed = bytearray(len(items))
    for at, item in enumerate(items):
        mark = marks.get(item.id)
        if mark is not None:
            packed[at] = places[item.scale or ""][mark.choice]
    return bytes(packed)


class Rule:
    """How one section of an instrument is scored."""

    def __init__(self, instrument: Instrument, section: Section, start: int) -> None:
        self.section = section
        self.items = instrument.items_of(section.id)
        self.chosen = tuple(one for one in self.items if one.kind is ItemKind.CHOICE)
        self.numbers = tuple(one for one in self.items if one.kind is ItemKind.NUMBER)
        self.span = slice(start, start + len(self.chosen))
        self.categories = categories(instrument, section.id)
        self._instrument = instrument
        self._choices = tuple(instrument.scale_of(one).choices for one in self.chosen)
        self._peers = _peers(instrument, self.numbers)
        self._ends = _ends([self._spread(peer.values) for peer in instrument.scoring.peers if self._peers])
        self._known: dict[bytes, Outcome] = {}

    def outcome(self, part: bytes, numbers: Mapping[str, float]) -> Outcome:
        """Return what the section comes to; patterns without numbers are remembered."""
        if self.numbers:
            return self._scored(part, numbers)
        found = self._known.get(part)
        if found is None:
            found = self._known[part] = self._scored(part, numbers)
        return found

    def forget(self) -> None:
        """Let go of the patterns that were seen."""
        self._known.clear()

    def answered(self, part: bytes, numbers: Mapping[str, float]) -> tuple[int, int]:
        """Return how many items were answered with something that counts, and how many apply at all."""
        found = self._picked(part)
        apart = sum(choice.kind is ChoiceKind.INAPPLICABLE for _item, choice in found)
        counted = sum(choice.kind in {ChoiceKind.LEVEL, ChoiceKind.ABSENT} for _item, choice in found)
        counted += sum(one.id in numbers for one in self.numbers)
        return counted, len(self.chosen) + len(self.numbers) - apart

    def _picked(self, part: bytes) -> list[tuple[Item, Choice]]:
        return [
            (item, choices[code - 1])
            for item, choices, code in zip(self.chosen, self._choices, part, strict=True)
            if code != UNANSWERED
        ]

    def _scored(self, part: bytes, numbers: Mapping[str, float]) -> Outcome:
        family = self._instrument.scoring.family
        if family is Family.STANDARD:
            return self._standard(numbers)
        if family is Family.MEAN:
            return self._mean(part, numbers)
        return self._staged(part) if family is Family.STAGED else self._ordinal(part)

    def _ordinal(self, part: bytes) -> Outcome:
        """The lower middle of the levels: half of the answers or more are at this level or below."""
        places = {one.id: place for place, one in enumerate(self.categories)}
        found = sorted(
            places[ABSENT if choice.kind is ChoiceKind.ABSENT else choice.id]
            for _item, choice in self._picked(part)
            if choice.kind in {ChoiceKind.LEVEL, ChoiceKind.ABSENT}
        )
        return Outcome(category=found[(len(found) - 1) // 2]) if found else NOTHING

    def _staged(self, part: bytes) -> Outcome:
        """The highest stage up to which every criterion is met; one that does not apply stands in nobody's way."""
        picked = {item.id: choice for item, choice in self._picked(part)}
        applying = [
            one for one in self.chosen if one.id not in picked or picked[one.id].kind is not ChoiceKind.INAPPLICABLE
        ]
        if not applying or not picked:
            return NOTHING
        unmet = [one.stage for one in applying if one.id not in picked or not picked[one.id].met]
        proven = [one.stage for one in applying if not unmet or one.stage < min(unmet)]
        return Outcome(category=max(proven, default=0))

    def _mean(self, part: bytes, numbers: Mapping[str, float]) -> Outcome:
        shares = [
            (item.weight, _share_of(choice, choices))
            for (item, choice), choices in (
                ((item, choice), self._instrument.scale_of(item).levels) for item, choice in self._picked(part)
            )
            if choice.kind in {ChoiceKind.LEVEL, ChoiceKind.ABSENT}
        ]
        shares += [
            (one.weight, _within(numbers[one.id], one.lowest or 0.0, one.highest or 0.0))
            for one in self.numbers
            if one.id in numbers
        ]
        return banded(self._instrument, weighted(shares))

    def _standard(self, numbers: Mapping[str, float]) -> Outcome:
        """The mean of the z-scores, and where it lies between the lowest and the highest of the peers."""
        spread = self._spread(numbers)
        if spread is None or self._ends is None:
            return Outcome(spread=spread)
        found = banded(self._instrument, _within(spread, *self._ends))
        return Outcome(found.category, found.share, spread)

    def _spread(self, numbers: Mapping[str, float]) -> float | None:
        if any(one.id not in numbers or one.id not in self._peers for one in self.numbers):
            return None
        return weighted(
            [(one.weight, (numbers[one.id] - self._peers[one.id][0]) / self._peers[one.id][1]) for one in self.numbers]
        )


def _peers(instrument: Instrument, numbers: Sequence[Item]) -> dict[str, tuple[float, float]]:
    """Return the mean and the standard deviation of the peers by item, nothing where a model compares with nobody."""
    peers = instrument.scoring.peers
    if not peers or instrument.scoring.family is not Family.STANDARD:
        return {}
    found = {one.id: [peer.values[one.id] for peer in peers] for one in numbers}
    return {item_id: (statistics.fmean(values), statistics.pstdev(values)) for item_id, values in found.items()}


def _ends(spreads: Sequence[float | None]) -> tuple[float, float] | None:
    """Return the lowest and the highest of the peers, None where they do not differ."""
    known = [one for one in spreads if one is not None]
    return (min(known), max(known)) if known and min(known) < max(known) else None


def _share_of(choice: Choice, levels: Sequence[Choice]) -> float:
    if choice.kind is ChoiceKind.ABSENT:
        return 0.0
    values = [one.value for one in levels if one.value is not None]
    return _within(choice.value or 0.0, min(values), max(values))


def _within(number: float, lowest: float, highest: float) -> float:
    return min(1.0, max(0.0, (number - lowest) / (highest - lowest)))


def weighted(shares: Sequence[tuple[float, float]]) -> float | None:
    """Return a weighted mean, None of nothing: what does not apply or was not assessed counts neither way."""
    weight = sum(one for one, _share in shares)
    return sum(one * share for one, share in shares) / weight if weight else None


def banded(instrument: Instrument, share: float | None) -> Outcome:
    """Return a share with the band that it falls into."""
    if share is None:
        return NOTHING
    bands = [place for place, one in enumerate(instrument.scoring.bands) if one.least <= share + 1e-12]
    return Outcome(category=bands[-1] if bands else None, share=share)


def categories(instrument: Instrument, section_id: str) -> tuple[Category, ...]:
    """Return what a section can come to, from the lowest."""
    family = instrument.scoring.family
    if family in SHARING:
        return tuple(Category(one.id, one.titles) for one in instrument.scoring.bands)
    if family is Family.STAGED:
        stages = enumerate(instrument.scoring.stages, start=1)
        return (Category(NO_STAGE, {}), *(Category(str(number), titles) for number, titles in stages))
    chosen = [one for one in instrument.items_of(section_id) if one.kind is ItemKind.CHOICE]
    if not chosen:
        return ()
    scale = instrument.scale_of(chosen[0])
    absent = next((one for one in scale.choices if one.kind is ChoiceKind.ABSENT), None)
    lowest = (Category(ABSENT, absent.titles),) if absent else ()
    return (*lowest, *(Category(one.id, one.titles) for one in scale.levels))


def rules(instrument: Instrument) -> list[Rule]:
    """Return the rule of each section, in order."""
    found, start = [], 0
    for section in instrument.sections:
        found.append(Rule(instrument, section, start))
        start = found[-1].span.stop
    return found


def level_of(rule: Rule, outcome: Outcome) -> int | None:
    """Return the number of a level as people count it: 1 is the lowest, 0 is below it."""
    if outcome.category is None:
        return None
    below = bool(rule.categories) and rule.categories[0].id in {ABSENT, NO_STAGE}
    return outcome.category + (0 if below else 1)


def gap(instrument: Instrument, rule: Rule, outcome: Outcome) -> float | None:
    """Return how far a result is below what is aimed at, never less than nothing; None where nothing is aimed at."""
    target = instrument.scoring.target
    if target is None:
        return None
    reached = outcome.share if instrument.scoring.family in SHARING else level_of(rule, outcome)
    return None if reached is None else max(0.0, target - reached)


def result(instrument: Instrument, marks: Marks) -> Result:
    """Return a response scored."""
    packed = pack(instrument.choosing, instrument, {name: one for name, one in marks.items() if one.choice})
    numbers = {name: one.number for name, one in marks.items() if one.number is not None}
    found = rules(instrument)
    outcomes = [rule.outcome(packed[rule.span], numbers) for rule in found]
    sections = tuple(
        SectionResult(
            rule.section.id, outcome, gap(instrument, rule, outcome), *rule.answered(packed[rule.span], numbers),
            items=len(rule.items),
        )
        for rule, outcome in zip(found, outcomes, strict=True)
    )  # fmt: skip
    shown = categories(instrument, "") if instrument.scoring.family is not Family.ORDINAL else ()
    total = whole(instrument, found, outcomes)
    return Result(sections, total, gap(instrument, found[0], total) if found else None, shown)


def whole(instrument: Instrument, found: Sequence[Rule], outcomes: Sequence[Outcome]) -> Outcome:
    """Return the result of all sections: the lowest stage, or the weighted mean. Ordinal results have none.

    Who is compared with peers has a result once every section with questions has one.
    """
    family = instrument.scoring.family
    if family is Family.ORDINAL:
        return NOTHING
    if family is Family.STAGED:
        stages = [one.category for one in outcomes if one.category is not None]
        return Outcome(category=min(stages)) if stages else NOTHING
    counting = [(rule, one) for rule, one in zip(found, outcomes, strict=True) if family is Family.MEAN or rule.numbers]
    if family is Family.STANDARD and any(one.share is None for _rule, one in counting):
        return NOTHING
    total = banded(instrument, weighted([(r.section.weight, o.share) for r, o in counting if o.share is not None]))
    spread = weighted([(r.section.weight, o.spread) for r, o in counting if o.spread is not None])
    return Outcome(total.category, total.share, spread)
