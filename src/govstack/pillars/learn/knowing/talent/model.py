"""A card of the talent archive, what its person shows of it, and whether it fits what somebody looks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

SECTION = "expertise"
LANGUAGES, CLEARANCE, AVAILABILITY = "language", "clearance", "availability"
VOCABULARIES = (LANGUAGES, CLEARANCE, AVAILABILITY)
Word = Annotated[str, Meta(max_length=100)]


class Part(StrEnum):
    """What a person shows of their card, or keeps to themselves."""

    LANGUAGES = "languages"
    CLEARANCE = "clearance"
    AVAILABILITY = "availability"
    COMPETENCIES = "competencies"


class Card(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody says of themselves as an expert, and which parts others may see."""

    languages: Annotated[tuple[Word, ...], Meta(max_length=30)] = ()
    clearance: Word = ""
    availability: Word = ""
    shows: Annotated[frozenset[Part], Meta(max_length=4)] = frozenset()


class Wanted(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody looks for; what is empty does not matter.

    `competency` is an id or a code. `verified` leaves out what people say of themselves alone.
    """

    competency: Annotated[str, Meta(max_length=200)] = ""
    level: Annotated[int, Meta(ge=0, le=100)] = 0
    verified: bool = True
    language: Word = ""
    clearance: Word = ""
    availability: Word = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A card as it is kept, with the level by which its person fits what was looked for, if a competency was."""

    person_id: str
    card_sealed: bytes
    level: int | None = None
    rater_type: str = ""
    rated_on: str = ""


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who was found, with what they show."""

    person_id: str
    name: str
    organisation_id: str
    languages: tuple[str, ...]
    clearance: str
    availability: str
    level: int | None
    rater_type: str
    rated_on: str


def fits(card: Card, wanted: Wanted) -> bool:
    """Tell whether a card fits; what its person does not show can never be found by."""
    if wanted.competency and Part.COMPETENCIES not in card.shows:
        return False
    if wanted.language and (Part.LANGUAGES not in card.shows or wanted.language not in card.languages):
        return False
    if wanted.clearance and (Part.CLEARANCE not in card.shows or wanted.clearance != card.clearance):
        return False
    return not wanted.availability or (Part.AVAILABILITY in card.shows and wanted.availability == card.availability)


def shown(card: Card) -> Card:
    """Return what others may see of a card."""
    return Card(
        languages=card.languages if Part.LANGUAGES in card.shows else (),
        clearance=card.clearance if Part.CLEARANCE in card.shows else "",
        availability=card.availability if Part.AVAILABILITY in card.shows else "",
        shows=card.shows,
    )
