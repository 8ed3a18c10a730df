"""Changes of a draft, which is the document of an instrument that need not be complete yet: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from govstack.pillars.learn.needs.drafting.errors import PartInUse, UnknownPart
from govstack.pillars.learn.needs.instruments.model import Fault, Instrument, Item, Scale, Section

DRAFTS_SHOWN_MAX = 200
# Forms of parts that have rows show one more than there are, and say this where a box is ticked.
ONE_SPARE = 1
YES = "yes"
UP, DOWN = -1, 1

Part = TypeVar("Part", Section, Item, Scale)
Act = Callable[[Instrument], Instrument]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft; `revision` counts its changes, and `based_on` is the version it began from, 0 for none."""

    instrument: Instrument
    revision: int
    based_on: int
    changed_at: str

    @property
    def id(self) -> str:
        """Return the id of the instrument."""
        return self.instrument.id


def section_of(instrument: Instrument, section_id: str) -> Section:
    """Return a section; raises UnknownPart."""
    return _found(instrument.sections, section_id)


def item_of(instrument: Instrument, item_id: str) -> Item:
    """Return an item; raises UnknownPart."""
    return _found(instrument.items, item_id)


def scale_of(instrument: Instrument, scale_id: str) -> Scale:
    """Return a scale; raises UnknownPart."""
    return _found(instrument.scales, scale_id)


def _found(parts: Sequence[Part], part_id: str) -> Part:
    for one in parts:
        if one.id == part_id:
            return one
    raise UnknownPart


def _put(parts: Sequence[Part], part: Part) -> tuple[Part, ...]:
    kept = [part if one.id == part.id else one for one in parts]
    if all(one.id != part.id for one in parts):
        kept.append(part)
    return tuple(kept)


def _moved(parts: Sequence[Part], among: Sequence[Part], part_id: str, by: int) -> tuple[Part, ...]:
    """Return parts with one of them changed over with its neighbour among some; at the end nothing changes."""
    one = _found(among, part_id)
    place = among.index(one) + by
    if not 0 <= place < len(among):
        return tuple(parts)
    other = among[place]
    swapped = {one.id: other, other.id: one}
    return tuple(swapped.get(part.id, part) for part in parts)


def put_section(instrument: Instrument, section: Section) -> Instrument:
    """Return a draft with a section changed, or added at the end."""
    return replace(instrument, sections=_put(instrument.sections, section))


def remove_section(instrument: Instrument, section_id: str) -> Instrument:
    """Return a draft without a section; raises PartInUse while it has items."""
    section_of(instrument, section_id)
    if instrument.items_of(section_id):
        raise PartInUse
    return replace(instrument, sections=tuple(one for one in instrument.sections if one.id != section_id))


def move_section(instrument: Instrument, section_id: str, by: int) -> Instrument:
    """Return a draft with a section one place further up or down."""
    return replace(instrument, sections=_moved(instrument.sections, instrument.sections, section_id, by))


def put_item(instrument: Instrument, item: Item) -> Instrument:
    """Return a draft with an item changed, or added at the end; what describes choices of another scale goes."""
    return replace(instrument, items=_put(instrument.items, _anchored(item, instrument.scales)))


def remove_item(instrument: Instrument, item_id: str) -> Instrument:
    """Return a draft without an item."""
    item_of(instrument, item_id)
    return replace(instrument, items=tuple(one for one in instrument.items if one.id != item_id))


def move_item(instrument: Instrument, item_id: str, by: int) -> Instrument:
    """Return a draft with an item one place further up or down in its section."""
    among = instrument.items_of(item_of(instrument, item_id).section)
    return replace(instrument, items=_moved(instrument.items, among, item_id, by))


def put_scale(instrument: Instrument, scale: Scale) -> Instrument:
    """Return a draft with a scale changed, or added at the end; what describes choices that are gone goes too."""
    scales = _put(instrument.scales, scale)
    return replace(instrument, scales=scales, items=tuple(_anchored(one, scales) for one in instrument.items))


def remove_scale(instrument: Instrument, scale_id: str) -> Instrument:
    """Return a draft without a scale; raises PartInUse while items are answered by it."""
    scale_of(instrument, scale_id)
    if any(one.scale == scale_id for one in instrument.items):
        raise PartInUse
    return replace(instrument, scales=tuple(one for one in instrument.scales if one.id != scale_id))


def _anchored(item: Item, scales: Iterable[Scale]) -> Item:
    choices = {choice.id for scale in scales if scale.id == item.scale for choice in scale.choices}
    if not item.anchors.keys() - choices:
        return item
    return replace(item, anchors={name: texts for name, texts in item.anchors.items() if name in choices})


def free_id(beginning: str, taken: Iterable[str]) -> str:
    """Return an id that no part has: the beginning with the first number that is free."""
    known = set(taken)
    return next(name for n in range(1, len(known) + 2) if (name := f"{beginning}-{n}") not in known)


def renewed_texts(before: Mapping[str, str], entered: Mapping[str, str]) -> dict[str, str]:
    """Return texts with what was entered; an empty one goes, and languages that were not asked for stay."""
    return {language: text for language, text in {**before, **entered}.items() if text}


def of_part(found: Iterable[Fault], kind: str, part_id: str, parts: Sequence[Section | Item | Scale]) -> list[Fault]:
    """Return the faults of one part; ids can hold points, so the longest id that fits a place is meant."""
    ids = sorted((one.id for one in parts), key=len, reverse=True)
    return [
        one for one in found if one.place.startswith(f"{kind}.") and _meant(one.place[len(kind) + 1 :], ids) == part_id
    ]


def _meant(rest: str, ids: Sequence[str]) -> str:
    return next((one for one in ids if rest == one or rest.startswith(f"{one}.")), "")
