"""Wire shapes of published knowledge and of the figures of the cycle."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.knowledge.model import ITEM, Edition, Figures, Proposal, Readers, Way
from govstack.pillars.learn.knowing.knowledge.service import Standing
from govstack.pillars.learn.papers.model import Paper
from govstack.pillars.learn.records.model import Content, wire_shape

REASON_CHARACTERS_MAX = 1_000
Word = Annotated[str, Meta(max_length=200)]
# The same fields as an item has, under a name of its own in the published document.
ItemContent = wire_shape(replace(ITEM, name="knowledge-edition"))


class LibraryQuery(msgspec.Struct, frozen=True):
    """Which editions: after which id, how many."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class EditionQuery(msgspec.Struct, frozen=True):
    """Which edition; 0 is the newest."""

    edition: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class FileQuery(msgspec.Struct, frozen=True):
    """Which edition (0 is the newest), as which file."""

    edition: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    format: Literal["pdf", "docx", "md", "json"] = "pdf"


class CycleQuery(msgspec.Struct, frozen=True):
    """Which of the two published cycles is shown."""

    cycle: Literal["text", "figure"] = "text"


class EditionShown(msgspec.Struct, frozen=True, rename="camel"):
    """What was published of an item."""

    item_id: str
    edition: int
    number: int
    audience: Readers
    content: ItemContent  # type: ignore[valid-type]
    published_at: str


class Library(msgspec.Struct, frozen=True):
    """The newest edition of each item that the caller may read; `next` asks for those that follow."""

    editions: list[EditionShown]
    next: str = ""


class Editions(msgspec.Struct, frozen=True):
    """The editions of an item that the caller may read, the newest first."""

    editions: list[EditionShown]


class Proposed(msgspec.Struct, frozen=True, rename="camel"):
    """What is proposed to be published: a revision, for an audience."""

    number: int
    audience: Readers
    at: str


class StandingShown(msgspec.Struct, frozen=True, rename="camel"):
    """Where an item stands at the gate, and how often it was used."""

    number: int
    proposal: Proposed | None
    published: EditionShown | None
    views: int
    downloads: int
    citations: int


class Withdrawal(msgspec.Struct, frozen=True):
    """Why what was published is withdrawn."""

    reason: Annotated[str, Meta(min_length=3, max_length=REASON_CHARACTERS_MAX)]


class Flow(msgspec.Struct, frozen=True):
    """How many items came to a stage in a month."""

    month: str
    stage: str
    items: int


class UnusedShown(msgspec.Struct, frozen=True, rename="camel"):
    """An item that nobody used for long, and since when."""

    item_id: str
    stage: str
    since: str


class FiguresShown(msgspec.Struct, frozen=True, rename="camel"):
    """What the cycle comes to; `daysToUse` is the median from identified to used, null while nothing was used."""

    stock: dict[str, int]
    figure_stock: dict[str, int]
    flow: list[Flow]
    days_to_use: float | None
    used_items: int
    uses: dict[str, int]
    unused_months: int
    unused: list[UnusedShown]


def shown(edition: Edition) -> EditionShown:
    """Return an edition as its answer; who published it stays in the audit."""
    content: Content = edition.content
    return EditionShown(
        edition.item_id, edition.edition, edition.number, edition.audience, msgspec.convert(content, ItemContent),
        edition.published_at,
    )  # fmt: skip


def standing(found: Standing) -> StandingShown:
    """Return where an item stands as its answer."""
    proposal: Proposal | None = found.proposal
    return StandingShown(
        found.item.number, Proposed(proposal.number, proposal.audience, proposal.at) if proposal else None,
        shown(found.published) if found.published else None,
        *(found.uses.get(str(way), 0) for way in (Way.VIEW, Way.DOWNLOAD, Way.CITATION)),
    )  # fmt: skip


def figures(found: Figures, figure_stock: dict[str, int]) -> FiguresShown:
    """Return the figures of the cycle as their answer."""
    return FiguresShown(
        dict(found.stock), figure_stock,
        [Flow(month, stage, items) for (month, stage), items in found.flow.items()], found.days_to_use, found.used,
        dict(found.uses), found.unused_months,
        [UnusedShown(one.item_id, one.stage, one.since) for one in found.unused],
    )  # fmt: skip


def paper_of(query: FileQuery) -> Paper | None:
    """Return which paper is asked for, None for a plain text."""
    return Paper(query.format) if query.format in set(Paper) else None
