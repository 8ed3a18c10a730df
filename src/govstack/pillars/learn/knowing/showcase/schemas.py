"""Wire shapes of country practices beside their records."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(max_length=100)]


class CompareQuery(msgspec.Struct, frozen=True):
    """Which practices, two to four, by their ids."""

    one: Id = ""
    two: Id = ""
    three: Id = ""
    four: Id = ""


def chosen(query: CompareQuery) -> list[str]:
    """Return the ids that were chosen."""
    return [one for one in (query.one, query.two, query.three, query.four) if one]


class ComparedPart(msgspec.Struct, frozen=True):
    """One part of the template, and what each practice says to it."""

    part: str
    says: list[str]


class Comparison(msgspec.Struct, frozen=True):
    """Practices side by side."""

    practices: list[str]
    parts: list[ComparedPart]


class Adopted(msgspec.Struct, frozen=True):
    """The programme that was begun."""

    programme: str
