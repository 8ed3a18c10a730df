"""Wire shapes of records, made from what each kind declares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Access, by_policy, needs, signed_in
from govstack.pillars.learn.records.model import LANGUAGE, Audience, Content, Kind, Record, wire_shape

LIST_MAX = 500
Word = Annotated[str, Meta(max_length=200)]
Language = Annotated[
    str, Meta(pattern=rf"^({LANGUAGE})?$", description="Language of the texts (BCP 47), empty where nobody said")
]


class ListQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which records: those with words in their titles, those that were archived too, after which id, how many."""

    q: Word = ""
    after: Word = ""
    archived: bool = False
    limit: Annotated[int, Meta(ge=1, le=LIST_MAX)] = 100


@dataclass(frozen=True)
class Shapes:
    """The shapes of one kind: what is sent, what is answered, a list, and a history."""

    given: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    listing: type[msgspec.Struct]
    history: type[msgspec.Struct]


@cache
def shapes_of(kind: Kind) -> Shapes:
    """Return the shapes of a kind, the same ones whoever asks: a description of the API names each once."""
    content = wire_shape(kind)
    name = content.__name__.removesuffix("Content")
    fixed: dict[str, Any] = {"frozen": True, "rename": "camel", "omit_defaults": True, "kw_only": True}
    given = msgspec.defstruct(
        f"{name}Given",
        [
            ("content", content),
            ("audience", Audience, Audience.PRIVATE),
            ("number", int, 0),
            ("written_in", Language, ""),
        ],
        **fixed,
    )
    answer = msgspec.defstruct(
        f"{name}Record",
        [
            ("id", str), ("number", int), ("content", content), ("audience", Audience), ("archived", bool, False),
            ("changed_at", str, ""), ("written_in", str, ""),
        ],
        **fixed,
    )  # fmt: skip
    listing = msgspec.defstruct(f"{name}List", [("records", list[answer]), ("next", str, "")], frozen=True)  # type: ignore[valid-type]
    history = msgspec.defstruct(f"{name}History", [("revisions", list[answer])], frozen=True)  # type: ignore[valid-type]
    return Shapes(given, answer, listing, history)


def content_of(body: Any) -> Content:
    """Return the content of a body that was sent, without what was left out."""
    told: Content = {name: value for name, value in msgspec.structs.asdict(body.content).items() if value is not None}
    return told


def answer_of(shapes: Shapes, record: Record) -> msgspec.Struct:
    """Return a record as its answer."""
    told = {
        "id": record.id, "number": record.number, "content": record.content, "audience": record.audience,
        "archived": record.archived, "changedAt": record.changed_at, "writtenIn": record.written_in,
    }  # fmt: skip
    return msgspec.convert(told, shapes.answer)


def access_to(kind: Kind) -> Access:
    """Return who may ask for records of a kind; where some are for everybody, each record decides."""
    if kind.opens or kind.read not in {"", kind.write}:
        return by_policy("audience of the record")
    return needs(kind.read) if kind.read else signed_in()
