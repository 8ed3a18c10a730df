"""What an exchange of frameworks is asked with."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Call
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.transfer.errors import UnknownFormat


class PackageQuery(msgspec.Struct, frozen=True):
    """On which scale competencies are measured that come without levels; "" is the general scale."""

    scale: Annotated[str, Meta(max_length=200)] = ""


class TableQuery(msgspec.Struct, frozen=True):
    """What a new framework is called."""

    title: Annotated[str, Meta(max_length=300)] = ""


class FrameworkTaken(msgspec.Struct, frozen=True, rename="camel"):
    """Which framework was taken in, its revision, and how many competencies it has."""

    framework_id: str
    revision: int
    competencies: int
    relations: int


def format_sent(call: Call) -> Format:
    """Return the format that the content type of a body says; raises UnknownFormat."""
    found = format_of(media_type=call.content_type)
    if found is None:
        raise UnknownFormat
    return found
