"""A training centre, its use, and the gates of its set-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id, Name, Word
from govstack.pillars.learn.response.offerings.model import Language, Link, Moment, Offering, Session
from govstack.pillars.learn.response.typologies.model import Text, Titles

CENTRES_MAX = 2_000
ROOMS_MAX = 200
TRAINERS_MAX = 500
SEATS_MAX = 100_000
CAPACITY_MAX = 10_000_000
EVIDENCE_MAX = 500
MATERIALS_MAX = 500
FEDERATED_MAX = 1_000
NOTICES_MAX = 200


class Gate(StrEnum):
    """The gates of a set-up, in their order."""

    MANDATE = "mandate"
    BUDGET = "budget"
    TRAINERS = "trainers-certified"
    COHORT = "first-cohort"
    EVALUATION = "evaluation"


class Passed(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A gate that was passed, when, and what shows it."""

    gate: Gate
    on: date
    evidence: Annotated[str, Meta(min_length=1, max_length=EVIDENCE_MAX)]


class Room(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A room and how many people it holds."""

    name: Name
    capacity: Annotated[int, Meta(ge=1, le=SEATS_MAX)]
    accessible: bool = False


class Accreditation(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Who accredited a centre, and until when."""

    body: Name
    number: Word = ""
    until: date | None = None


class Material(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Material that a centre works with, in which version."""

    material_id: Id
    version: Name


class CentreGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A centre as it is sent; its id stands in the address. Only one that is `public` has a page for everybody.

    `issuer` is the DID that signs its own credentials: whoever checks one is told that it is this centre's.
    """

    titles: Titles
    institution: Name
    mandate: Text = ""
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    accreditation: Accreditation | None = None
    trainers: Annotated[tuple[Id, ...], Meta(max_length=TRAINERS_MAX)] = ()
    rooms: Annotated[tuple[Room, ...], Meta(max_length=ROOMS_MAX)] = ()
    yearly_capacity: Annotated[int, Meta(ge=0, le=CAPACITY_MAX)] = 0
    site: Link = ""
    issuer: Annotated[str, Meta(max_length=500, pattern=r"^(did:[a-z0-9]+:\S+)?$")] = ""
    public: bool = False
    materials: Annotated[tuple[Material, ...], Meta(max_length=MATERIALS_MAX)] = ()
    gates: Annotated[tuple[Passed, ...], Meta(max_length=len(Gate))] = ()


class Centre(CentreGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A training centre."""

    id: Id

    @property
    def next_gate(self) -> Gate | None:
        """Return the gate that comes next, None when all are passed."""
        passed = {one.gate for one in self.gates}
        return next((gate for gate in Gate if gate not in passed), None)

    def version_of(self, material_id: str) -> str:
        """Return in which version it works with material, "" for material that it does not work with."""
        return next((one.version for one in self.materials if one.material_id == material_id), "")


class MaterialGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A new version of material, as it is sent."""

    title: Name
    version: Name


class Notice(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A centre works with an older version of material than there is."""

    material_id: Id
    version: str
    at: str


class Offered(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What a catalogue tells of one offering, to whoever reads it: the feed that centres give each other."""

    id: Id
    titles: Titles
    summaries: Annotated[dict[str, Text], Meta(max_length=20)] = {}
    url: Link = ""
    types: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()
    track: Word = ""
    delivery: Word = ""
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    hours: float = 0
    starts: Annotated[tuple[Moment, ...], Meta(max_length=100)] = ()


class Feed(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A catalogue as centres give it to each other."""

    offerings: Annotated[list[Offered], Meta(max_length=FEDERATED_MAX)]


@dataclass(frozen=True, slots=True)
class Presented:
    """A centre as everybody sees it: trainers who agreed to be named, open courses that it gives, and those elsewhere.

    `courses` are those with a session to come at the centre, the earliest first; `elsewhere` is on its own site.
    """

    centre: Centre
    trainers: Sequence[str]
    courses: Sequence[tuple[Offering, Session]]
    elsewhere: Sequence[Offered]


class Use(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How far a centre is used in a year: seats taken against what it can hold; no share without a capacity."""

    year: int
    sessions: int
    people: int
    capacity: int
    percent: int | None


def gates_fault(gates: Iterable[Passed]) -> bool:
    """Tell whether a gate was passed before those that come first, or twice."""
    passed = [one.gate for one in gates]
    ordered = sorted(gates, key=lambda one: list(Gate).index(one.gate))
    days = [one.on for one in ordered]
    return [one.gate for one in ordered] != list(Gate)[: len(passed)] or days != sorted(days)


def use_of(centre: Centre, sessions: Iterable[Session], year: int) -> Use:
    """Return the use of a centre by the sessions that begin in a year."""
    held = [one for one in sessions if one.starts.year == year and not one.cancelled]
    people = sum(one.taken for one in held)
    capacity = centre.yearly_capacity
    return Use(
        year=year, sessions=len(held), people=people, capacity=capacity,
        percent=people * 100 // capacity if capacity else None,
    )  # fmt: skip
