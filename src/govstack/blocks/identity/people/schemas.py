"""Wire shapes of people."""

from __future__ import annotations

from typing import Annotated

import msgspec

Word = Annotated[str, msgspec.Meta(max_length=500)]


class PersonBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """Somebody who can sign in; `listed` puts them on the sandbox's list of people to be."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    roles: Word = ""
    scopes: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    attributes: dict[str, str] = {}
    claims: dict[str, Word] = {}
    listed: bool = True
    position: int = 0
