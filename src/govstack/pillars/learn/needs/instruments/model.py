"""An instrument as a document: sections, items, scales and how answers are scored; nothing of it stands in code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.frameworks.model import Competency
from govstack.pillars.learn.needs.frameworks.model import Scale as Measure

TEXT_CHARACTERS_MAX = 2_000
CODE_CHARACTERS_MAX = 60
LANGUAGES_MAX = 20
SECTIONS_MAX = 100
ITEMS_MAX = 400
SCALES_MAX = 30
CHOICES_MAX = 30
BANDS_MAX = 20
PEERS_MAX = 300
PEERS_MIN = 3
NOTES_MAX = 20
VERSIONS_MAX = 1_000
DOCUMENT_BYTES_MAX = 2 << 20

Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=CODE_CHARACTERS_MAX)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
Line = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
Texts = Annotated[dict[Language, Text], Meta(min_length=1, max_length=LANGUAGES_MAX)]
OptionalTexts = Annotated[dict[Language, Text], Meta(max_length=LANGUAGES_MAX)]
Weight = Annotated[float, Meta(gt=0, le=1_000_000)]


class _Part(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """A part of an instrument; a field that nobody knows is refused, for it may be a slip of the pen."""


class Unit(StrEnum):
    """What is assessed: a person, or an organisation, a service or a country, which is no personal matter."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ChoiceKind(StrEnum):
    """What choosing means: a level of the scale, nothing there, not looked at, or a question that does not apply."""

    LEVEL = "level"
    ABSENT = "absent"
    UNASSESSED = "unassessed"
    INAPPLICABLE = "inapplicable"


class ItemKind(StrEnum):
    """How an item is answered."""

    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


class Family(StrEnum):
    """How answers become a result of a section."""

    ORDINAL = "ordinal"
    MEAN = "weighted-mean"
    STAGED = "staged"
    STANDARD = "z-score"


# The families whose results are shares, 0 to 1, that fall into bands.
SHARING = frozenset({Family.MEAN, Family.STANDARD})


class Choice(_Part, frozen=True, kw_only=True):
    """One answer of a scale; `value` counts in weighted means, `met` in staged models."""

    id: Code
    titles: Texts
    kind: ChoiceKind = ChoiceKind.LEVEL
    value: float | None = None
    met: bool = False


class Scale(_Part, frozen=True, kw_only=True):
    """Answers to choose from; levels stand in their order, from the lowest."""

    id: Code
    choices: Annotated[tuple[Choice, ...], Meta(max_length=CHOICES_MAX)]

    @property
    def levels(self) -> tuple[Choice, ...]:
        """Return the levels, from the lowest."""
        return tuple(one for one in self.choices if one.kind is ChoiceKind.LEVEL)


class Section(_Part, frozen=True, kw_only=True):
    """Items that belong together: a theme, a dimension, an element."""

    id: Code
    titles: Texts
    themes: OptionalTexts = {}
    weight: Weight = 1.0


class Named(_Part, frozen=True, kw_only=True):
    """A competency by its framework and its code there."""

    framework: Annotated[str, Meta(min_length=1, max_length=200)]
    code: Annotated[str, Meta(min_length=1, max_length=100)]


class Item(_Part, frozen=True, kw_only=True):
    """One question. `anchors` say for each choice what is seen where it holds.

    What is answered about a person is a rating of the `competency` that is named, where the levels of the scale are
    those of the competency: the same id of the scale, and codes of its levels as ids of the choices.
    """

    id: Code
    section: Code
    texts: Texts
    kind: ItemKind = ItemKind.CHOICE
    scale: Code | None = None
    hints: OptionalTexts = {}
    anchors: Annotated[dict[Code, Texts], Meta(max_length=CHOICES_MAX)] = {}
    weight: Weight = 1.0
    stage: Annotated[int, Meta(ge=0, le=CHOICES_MAX)] = 0
    lowest: float | None = None
    highest: float | None = None
    measure: Line = ""
    evidence: bool = False
    competency: Named | None = None


class Band(_Part, frozen=True, kw_only=True):
    """A name for results from a share of the highest result on, 0 to 1."""

    id: Code
    titles: Texts
    least: Annotated[float, Meta(ge=0, le=1)]


class Peer(_Part, frozen=True, kw_only=True):
    """One of those that a relative result compares with: its values by item."""

    name: Text
    values: dict[Code, float]


class Scoring(_Part, frozen=True, kw_only=True):
    """How answers become results; `target` is the level or the share that is aimed at."""

    family: Family
    bands: Annotated[tuple[Band, ...], Meta(max_length=BANDS_MAX)] = ()
    stages: Annotated[tuple[Texts, ...], Meta(max_length=CHOICES_MAX)] = ()
    peers: Annotated[tuple[Peer, ...], Meta(max_length=PEERS_MAX)] = ()
    target: float | None = None


class Instrument(_Part, frozen=True, kw_only=True):
    """A version of an instrument, numbered when it is kept. `ours` tells what in it is our own choice."""

    id: Code
    version: Annotated[int, Meta(ge=0, le=VERSIONS_MAX)] = 0
    titles: Texts
    summaries: OptionalTexts = {}
    source: Text
    licence: Text
    unit: Unit = Unit.PERSON
    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=LANGUAGES_MAX)]
    ours: Annotated[tuple[Texts, ...], Meta(max_length=NOTES_MAX)] = ()
    sections: Annotated[tuple[Section, ...], Meta(max_length=SECTIONS_MAX)]
    scales: Annotated[tuple[Scale, ...], Meta(max_length=SCALES_MAX)] = ()
    items: Annotated[tuple[Item, ...], Meta(max_length=ITEMS_MAX)]
    scoring: Scoring

    def scale_of(self, item: Item) -> Scale:
        """Return the scale of an item that is answered by choosing."""
        return next(one for one in self.scales if one.id == item.scale)

    def items_of(self, section_id: str) -> tuple[Item, ...]:
        """Return the items of a section in their order."""
        return tuple(one for one in self.items if one.section == section_id)

    @property
    def in_order(self) -> tuple[Item, ...]:
        """Return all items, section by section."""
        return tuple(one for section in self.sections for one in self.items_of(section.id))

    @property
    def rating(self) -> tuple[Item, ...]:
        """Return the items whose answers are ratings of a competency."""
        return tuple(one for one in self.items if one.competency is not None)

    @property
    def weighed(self) -> bool:
        """Tell whether each answer is asked for its evidence and how sure the rater is: of organisations it is."""
        return self.unit is Unit.ORGANISATION

    @property
    def choosing(self) -> tuple[Item, ...]:
        """Return the items that are answered by choosing, section by section: what a packed response holds."""
        return tuple(one for one in self.in_order if one.kind is ItemKind.CHOICE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the list of instruments."""

    id: str
    version: int
    titles: Mapping[str, str]
    unit: Unit
    created_at: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a document, and where, as words that complete a sentence.

    `field` names the field of the part at `place` that has to change, "" for the part as a whole.
    """

    place: str
    words: str
    field: str = ""


NOTHING_THERE = _("has nothing in it yet")
DOUBLE = _("is there twice; every id is used once")
UNKNOWN_SECTION = _("belongs to a section that is not there")
UNKNOWN_SCALE = _("is answered by choosing and must name one of the scales")
NO_SCALE = _("has a scale but is not answered by choosing")
UNKNOWN_ANCHOR = _("describes a choice that its scale does not have")
NOT_CHOSEN = _("names a competency but is not answered by choosing")
NOT_PERSONAL = _("names a competency, but it is organisations that are assessed")
NO_LEVEL = _("needs two levels or more")
NO_RANGE = _("needs a lowest and a highest value, the highest being larger, to be part of a weighted mean")
NO_VALUE = _("needs a value for each level, not all the same, to be part of a weighted mean")
NO_STAGE = _("needs the stage that it proves, from 1 to the number of stages")
NO_STAGES = _("needs the names of its stages, from the first")
NO_MET = _("needs a choice that meets what is asked, for a staged model")
MIXED_SCALES = _("has items with different scales; an ordinal result needs one scale")
NO_NUMBERS = _("compares with peers, so all items that count must be numbers")
FEW_PEERS = _("needs three peers or more with a value for each number, or none at all")
NO_SPREAD = _("has the same value with all peers, so nothing can be compared")
WRONG_BANDS = _("must begin with 0 and rise")
NO_TRANSLATION = _("lacks a text in one of the languages of the instrument")


def faults(instrument: Instrument) -> list[Fault]:
    """Return everything that is wrong with an instrument beyond its shape."""
    found = [
        *(Fault(place, NOTHING_THERE) for place in ("sections", "items") if not getattr(instrument, place)),
        *_doubles("sections", [one.id for one in instrument.sections]),
        *_doubles("scales", [one.id for one in instrument.scales]),
        *_doubles("items", [one.id for one in instrument.items]),
        *(f for scale in instrument.scales for f in _doubles(f"scales.{scale.id}", [one.id for one in scale.choices])),
        *_untranslated(instrument),
        *_misplaced(instrument),
    ]
    return found or list(_FAMILIES[instrument.scoring.family](instrument))


def _doubles(place: str, ids: Sequence[str]) -> Iterator[Fault]:
    for one in dict.fromkeys(ids):
        if ids.count(one) > 1:
            yield Fault(f"{place}.{one}", DOUBLE)


def _misplaced(instrument: Instrument) -> Iterator[Fault]:
    sections = {one.id for one in instrument.sections}
    scales = {one.id: {choice.id for choice in one.choices} for one in instrument.scales}
    for scale in instrument.scales:
        if len(scale.levels) < 2:
            yield Fault(f"scales.{scale.id}", NO_LEVEL)
    for item in instrument.items:
        place = f"items.{item.id}"
        if item.section not in sections:
            yield Fault(place, UNKNOWN_SECTION, "section")
        if item.kind is ItemKind.CHOICE and item.scale not in scales:
            yield Fault(place, UNKNOWN_SCALE, "scale")
        if item.kind is not ItemKind.CHOICE and item.scale is not None:
            yield Fault(place, NO_SCALE, "scale")
        if item.competency and item.kind is not ItemKind.CHOICE:
            yield Fault(place, NOT_CHOSEN, "competency")
        if item.competency and instrument.unit is not Unit.PERSON:
            yield Fault(place, NOT_PERSONAL, "competency")
        if item.scale in scales and item.anchors.keys() - scales[item.scale]:
            yield Fault(place, UNKNOWN_ANCHOR, "anchors")


def _untranslated(instrument: Instrument) -> Iterator[Fault]:
    named = [("titles", "titles", instrument.titles)]
    named += [(f"sections.{one.id}", "titles", one.titles) for one in instrument.sections]
    named += [(f"items.{one.id}", "texts", one.texts) for one in instrument.items]
    named += [(f"scales.{s.id}.{one.id}", "titles", one.titles) for s in instrument.scales for one in s.choices]
    for place, name, texts in named:
        for language in instrument.languages:
            if language not in texts:
                yield Fault(place, NO_TRANSLATION, f"{name}.{language}")


def _ordinal(instrument: Instrument) -> Iterator[Fault]:
    for section in instrument.sections:
        if len({one.scale for one in instrument.items_of(section.id) if one.kind is ItemKind.CHOICE}) > 1:
            yield Fault(f"sections.{section.id}", MIXED_SCALES)


def _mean(instrument: Instrument) -> Iterator[Fault]:
    for scale in instrument.scales:
        values = {one.value for one in scale.levels}
        if None in values or len(values) == 1:
            yield Fault(f"scales.{scale.id}", NO_VALUE, "value")
    for item in instrument.items:
        if item.kind is ItemKind.NUMBER and not (
            item.lowest is not None and item.highest is not None and item.lowest < item.highest
        ):
            yield Fault(f"items.{item.id}", NO_RANGE, "lowest")
    yield from _banded(instrument)


def _banded(instrument: Instrument) -> Iterator[Fault]:
    least = [one.least for one in instrument.scoring.bands]
    if least and (least[0] != 0 or least != sorted(set(least))):
        yield Fault("scoring.bands", WRONG_BANDS, "least")


def _staged(instrument: Instrument) -> Iterator[Fault]:
    stages = len(instrument.scoring.stages)
    if not stages:
        yield Fault("scoring.stages", NO_STAGES, "stages")
    for scale in instrument.scales:
        if not any(one.met for one in scale.choices):
            yield Fault(f"scales.{scale.id}", NO_MET, "met")
    for item in instrument.choosing:
        if not 1 <= item.stage <= max(stages, 1):
            yield Fault(f"items.{item.id}", NO_STAGE, "stage")


def _standard(instrument: Instrument) -> Iterator[Fault]:
    numbers = [one for one in instrument.items if one.kind is ItemKind.NUMBER]
    if not numbers or instrument.choosing:
        yield Fault("items", NO_NUMBERS)
    yield from _banded(instrument)
    peers = instrument.scoring.peers
    if not peers:
        return
    if len(peers) < PEERS_MIN or any(one.id not in peer.values for peer in peers for one in numbers):
        yield Fault("scoring.peers", FEW_PEERS, "peers")
        return
    for one in numbers:
        if len({peer.values[one.id] for peer in peers}) == 1:
            yield Fault(f"items.{one.id}", NO_SPREAD)


_FAMILIES = {Family.ORDINAL: _ordinal, Family.MEAN: _mean, Family.STAGED: _staged, Family.STANDARD: _standard}


def spoken_in(instrument: Instrument, languages: Iterable[str]) -> Instrument:
    """Return an instrument as it is in some of its languages only: the same questions, with fewer texts."""
    kept = frozenset(languages)
    plain = msgspec.to_builtins(instrument)
    plain["languages"] = [one for one in instrument.languages if one in kept]
    return msgspec.convert(_narrowed(plain, kept), Instrument)


def _narrowed(part: Any, kept: frozenset[str]) -> Any:
    """Return a part of a document with its texts in these languages; a text has its languages as names."""
    if isinstance(part, list | tuple):
        return [_narrowed(one, kept) for one in part]
    if not isinstance(part, dict):
        return part
    found: dict[str, Any] = {}
    for name, one in part.items():
        if name in _TEXTS:
            found[name] = _said_in(one, kept)
        elif name in _LISTS_OF_TEXTS:
            found[name] = [text for text in (_said_in(text, kept) for text in one) if text]
        elif name == "anchors":
            found[name] = {choice: _said_in(text, kept) for choice, text in one.items()}
        else:
            found[name] = _narrowed(one, kept)
    return found


def _said_in(text: Mapping[str, str], kept: frozenset[str]) -> dict[str, str]:
    return {language: words for language, words in text.items() if language in kept}


_TEXTS = frozenset({"titles", "summaries", "themes", "texts", "hints"})
_LISTS_OF_TEXTS = frozenset({"ours", "stages"})


def same_scale(asked: Scale, competency: Competency, scale: Measure) -> bool:
    """Tell whether answers are given on the scale of a competency: the same id, and levels that are levels of it."""
    codes = {one.code for one in scale.levels}
    return asked.id == competency.scale_id == scale.id and all(one.id in codes for one in asked.levels)


def to_json(instrument: Instrument) -> bytes:
    """Return an instrument as it is stored: the same instrument is always the same bytes."""
    return msgspec.json.encode(instrument, order="deterministic")


def of_json(text: str | bytes) -> Instrument:
    """Return an instrument that was stored."""
    return _STORED.decode(text)


_STORED = msgspec.json.Decoder(Instrument)
