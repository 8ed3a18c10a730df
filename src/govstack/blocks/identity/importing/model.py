"""Where data can be taken from, and which of its fields are which of ours."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.packets.model import Text

PLACE = r"^[^/\s]+(/[^/\s]+){3}$"
APPLICATION = r"^[^/\s]+(/[^/\s]+){2}$"
VALUE_CHARACTERS_MAX = 2_000


class Source(msgspec.Struct, frozen=True):
    """A register at the mediator.

    `service` is CLASS/MEMBER/APPLICATION/SERVICE, `path` where it reads one record, `application` who asks, `find_by`
    the field that holds the identifier, `fields` which of its fields are which of ours, `documents` which of its
    fields hold documents in base64.
    """

    service: Annotated[str, Meta(pattern=PLACE)]
    path: Annotated[str, Meta(pattern=r"^/")]
    application: Annotated[str, Meta(pattern=APPLICATION)]
    find_by: str
    fields: dict[str, str]
    title: str = ""
    language: str = ""
    documents: dict[str, str] = {}


def fields_of(source: Source, record: Mapping[str, object]) -> dict[str, tuple[Text, ...]]:
    """Return the fields of a record under our names; what is empty, or no plain value, is left out."""
    found: dict[str, tuple[Text, ...]] = {}
    for theirs, ours in source.fields.items():
        value = record.get(theirs)
        text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if text:
            found[ours] = (*found.get(ours, ()), Text(text[:VALUE_CHARACTERS_MAX], source.language))
    return found


def documents_of(source: Source, record: Mapping[str, object]) -> dict[str, bytes]:
    """Return the documents of a record by our categories; raises ValueError for one that is not base64."""
    given = ((ours, record.get(theirs)) for theirs, ours in source.documents.items())
    return {ours: base64.b64decode(text, validate=True) for ours, text in given if isinstance(text, str) and text}
