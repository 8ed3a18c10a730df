"""Reads of personal data: who read what about whom, when and on what grounds (DRS-8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from govstack.kernel.actor import Actor

IDENTIFIER_PATTERN = re.compile(r"\w(?:[\w ./:@+-]{0,126}\w)?")
INITIALS_MAX = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a caller reads, as it states in the request: purpose, legal basis, and the consent it relies on."""

    purpose: str = ""
    legal_basis: str = ""
    consent_reference: str = ""


NO_REASON = Reason()


@dataclass(frozen=True, slots=True)
class Seen:
    """One record in an answer: whom it is about, and by what number people know it."""

    record: str
    person: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read, as the log keeps it: the person or application, its institution and the system used."""

    id: str
    name: str = ""
    initials: str = ""
    institution_id: str = ""
    institution_name: str = ""
    application: str = ""
    roles: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One answer with personal data in it. `fields` is the JSON list of the personal fields it showed."""

    id: str
    registry_id: int
    operation: str
    fields: str
    at: str
    reader: Reader
    reason: Reason
    correlation_id: str
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """One read of one person's data, as that person is told about it. `cursor` is where the next page starts.

    `person` is filled for auditors who look at a record, who need to know whom it was about when it was read.
    """

    id: str
    registry_id: int
    operation: str
    fields: tuple[str, ...]
    at: str
    reader: Reader
    reason: Reason
    cursor: str
    references: tuple[str, ...] = ()
    records: tuple[str, ...] = field(default=(), repr=False)
    sealed_persons: bytes = field(default=b"", repr=False)
    person: str = field(default="", repr=False)


def reader_of(actor: Actor) -> Reader:
    """Return the reader an actor stands for: the officer whom an application names, else the caller itself.

    Institution and application come from what was proven, never from a header anybody could type.
    """
    parts = actor.application.split("/")
    member = "/".join(parts[:3]) if len(parts) == 4 else ""
    name = actor.attributes.get("user_name", "") if actor.on_behalf_of else actor.name
    return Reader(
        id=actor.on_behalf_of or actor.id,
        name=name,
        initials=initials(name) if actor.kind == "person" or actor.on_behalf_of else "",
        institution_id=actor.attributes.get("institution_id", "") or member,
        institution_name=actor.attributes.get("institution", "") or member,
        application=actor.application or (actor.name if actor.kind != "person" else ""),
        roles=" ".join(sorted(actor.roles)),
    )


def initials(name: str) -> str:
    """Return the initials of a name: "Jane van Doe" gives JVD, without what stands in brackets behind it."""
    return "".join(word[0] for word in name.partition("(")[0].split() if word[0].isalpha()).upper()[:INITIALS_MAX]


def is_identifier(text: str) -> bool:
    """Tell whether a text can identify a person or a database: it starts and ends with a letter or digit."""
    return IDENTIFIER_PATTERN.fullmatch(text) is not None
