"""Wire shapes of people."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.individuals.model import Identifier, Individual


class IndividualGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A person as they are sent; `id` is not read, for ids are ours to give."""

    id: str | int = ""
    external_id: Identifier | None = None
    external_id_type: Identifier | None = None
    identity_provider_id: Identifier | None = None

    def individual(self) -> Individual:
        """Return the person, without an id."""
        return msgspec.convert({**msgspec.to_builtins(self), "id": ""}, Individual)


class IndividualRequest(msgspec.Struct, frozen=True):
    """A person to enter or change."""

    individual: IndividualGiven


class IndividualAnswer(msgspec.Struct, frozen=True):
    """A person."""

    individual: Individual


class IndividualList(msgspec.Struct, frozen=True):
    """People."""

    individuals: list[Individual]
