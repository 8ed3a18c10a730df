"""Wire shapes of people."""

from __future__ import annotations

from typing import Annotated

import msgspec

from govstack.blocks.identity.people.model import ATTRIBUTES_MAX

POSITION_MAX = 1_000_000
FACTS_MAX = 50
Word = Annotated[str, msgspec.Meta(max_length=500)]


class PersonBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """Somebody who can sign in; `listed` puts them on the sandbox's list of people to be."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    roles: Word = ""
    scopes: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    attributes: Annotated[dict[str, Word], msgspec.Meta(max_length=FACTS_MAX)] = {}
    claims: Annotated[dict[str, Word], msgspec.Meta(max_length=ATTRIBUTES_MAX)] = {}
    listed: bool = True
    position: Annotated[int, msgspec.Meta(ge=0, le=POSITION_MAX)] = 0
