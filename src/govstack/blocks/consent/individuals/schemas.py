"""Wire shapes of people, and how a call says for whom it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.individuals.model import Identifier, Individual
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import by_policy

CONCERNED = by_policy("the person concerned, or an application with the right to act for others")
WHOM_HEADERS = {"X-ConsentBB-IndividualId": "The id of the person for whom an application acts"}
Whom = Annotated[str, Meta(description="The id that this block gave the person, instead of the header")]


class WhomQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whom a call is about."""

    individual_id: Whom = ""


def whom(headers: Mapping[str, str], individual_id: str) -> str:
    """Return the person whom a call states, in the header or in the query; raises BadRequest when both differ."""
    header = headers.get("x-consentbb-individualid", "")
    if header and individual_id and header != individual_id:
        raise BadRequest("The header and the query name different individuals.", fields={"individualId": "differs"})
    return header or individual_id


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
