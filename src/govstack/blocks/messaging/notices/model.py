"""A message as the person reads it to whom it was sent."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel.actor import Actor

SHOWN_MAX = 50
# An issuer that tells the identifier under which a country knows a person puts it there.
PERSON_IDENTIFIER = "person_identifier"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message says, and who says it."""

    sender: str
    title: str
    content: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to a person of this instance."""

    umid: str
    person: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that a person has, with its number in the order in which they came."""

    number: int
    id: str
    received_at: str
    notice: Notice


def person_of(by: Actor) -> str:
    """Return by which id messages find whoever is signed in; nothing for an application."""
    return (by.attributes.get(PERSON_IDENTIFIER, "") or by.id) if by.kind == "person" else ""
