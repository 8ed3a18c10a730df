"""A person as this block knows them, and who a caller is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.actor import Actor

IDENTIFIER_CHARACTERS_MAX = 300
PERSON_ATTRIBUTES = ("person_identifier", "person_id")

Identifier = Annotated[str, Meta(max_length=IDENTIFIER_CHARACTERS_MAX)]


class Individual(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A person, by reference to an identity that is kept elsewhere."""

    id: str
    external_id: Identifier | None = None
    external_id_type: Identifier | None = None
    identity_provider_id: Identifier | None = None


def identifier_of(by: Actor) -> str:
    """Return the identifier that a sign-in proves of a person, or that an application states it acts for."""
    if by.kind == "person":
        return next((found for name in PERSON_ATTRIBUTES if (found := by.attributes.get(name, ""))), "")
    return by.on_behalf_of if by.kind == "application" else ""
