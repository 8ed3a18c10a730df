"""Wire shapes of country practices beside their records."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class CompareQuery(msgspec.Struct, frozen=True):
    """Which practices, their ids separated by commas."""

    ids: Annotated[str, Meta(max_length=500)] = ""


class Part(msgspec.Struct, frozen=True):
    """One part of the template, and what each practice says to it."""

    part: str
    says: list[str]


class Comparison(msgspec.Struct, frozen=True):
    """Practices side by side."""

    practices: list[str]
    parts: list[Part]


class Adopted(msgspec.Struct, frozen=True):
    """The programme that was begun."""

    programme: str
