"""Wire shapes of outlines."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.courses.model import Language, Title, Word
from govstack.pillars.learn.learning.outlines.model import SECTIONS_MAX, TEXT_CHARACTERS_MAX, Outline

Body = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
BODY_BYTES_MAX = 7_000_000


class OutlineGiven(msgspec.Struct, frozen=True):
    """A specification that a course is drafted from."""

    name: Title
    version: Title
    text: Body
    kind: Literal["markdown", "yaml"] = "markdown"
    language: Language = "en"


class Revision(msgspec.Struct, frozen=True):
    """A new version of the specification of an outline."""

    version: Title
    text: Body
    kind: Literal["markdown", "yaml"] = "markdown"


class Sections(msgspec.Struct, frozen=True):
    """The new sections whose lessons are taken into the course."""

    sections: Annotated[list[Word], Meta(min_length=1, max_length=SECTIONS_MAX)]


class OutlineList(msgspec.Struct, frozen=True):
    """Outlines, and after which id the next ones come ("" at the end)."""

    outlines: list[Outline]
    next: str = ""


class OutlinesQuery(msgspec.Struct, frozen=True):
    """Which outlines."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
