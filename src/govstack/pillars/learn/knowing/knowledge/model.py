"""The records of knowledge (F16): items, where they are cited, and how the two published cycles match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any

import msgspec

from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import FACILITATE, PLAN
from govstack.pillars.learn.records.model import Content, Field, FieldKind, Journey, Kind, Record

SECTION = "knowledge"
EXPERIENCE = "experience"
EXPERIENCE_FIELDS = ("results", "timeSaved", "satisfaction", "costBenefit", "roadmap")
EXPERIENCE_NEEDS = _("An experience journal says this too.")
LEFT = ""


class Readers(StrEnum):
    """Whom an edition is for."""

    INTERNAL = "internal"
    PARTNER = "partner"
    PUBLIC = "public"


class Way(StrEnum):
    """How an item is used."""

    VIEW = "view"
    DOWNLOAD = "download"
    CITATION = "citation"


def _whole(content: Mapping[str, Any]) -> Mapping[str, str]:
    if content["type"] != EXPERIENCE:
        return {}
    return {name: EXPERIENCE_NEEDS for name in EXPERIENCE_FIELDS if not content.get(name)}


ITEM = Kind(
    name="knowledge-item",
    plural="knowledge-items",
    label=_("Item of knowledge"),
    labels=_("Items of knowledge"),
    lead=_("What was learned, as it is written together. Nobody else sees it before it is published."),
    section=SECTION,
    write=FACILITATE,
    read=FACILITATE,
    title="name",
    journey=Journey("publishing", _("Publish this item")),
    judge=_whole,
    fields=(
        Field("name", _("Name"), required=True),
        Field("type", _("Type"), FieldKind.TERM, of="knowledge-type", required=True, listed=True),
        Field("community", _("Community"), FieldKind.RECORD, of="community"),
        Field("summary", _("Summary"), FieldKind.LONG, required=True),
        Field(
            "body", _("Text"), FieldKind.LONG,
            hint=_("Headings, lists, tables and links can be written in Markdown."),
        ),
        Field("facets", _("Rests on"), FieldKind.TERM, of="knowledge-facet", many=True, required=True),
        Field("stage", _("Stage"), FieldKind.TERM, of="knowledge-stage", required=True, listed=True),
        Field("owner", _("Owner"), FieldKind.PERSON, required=True),
        Field("contributors", _("Contributors"), FieldKind.PERSON, many=True),
        Field("review", _("Review on"), FieldKind.DATE, required=True, listed=True),
        Field("audience", _("Whom it is for"), FieldKind.TERM, of="knowledge-audience", required=True, listed=True),
        Field("language", _("Language"), FieldKind.TERM, of="language", required=True),
        Field("results", _("Results"), FieldKind.LONG),
        Field("timeSaved", _("Time saved"), FieldKind.LONG),
        Field("satisfaction", _("Satisfaction of users"), FieldKind.LONG),
        Field("costBenefit", _("Costs and benefits"), FieldKind.LONG),
        Field("roadmap", _("Roadmap"), FieldKind.LONG),
        Field("sources", _("Sources"), FieldKind.LINES),
    ),
)  # fmt: skip
# The lasting address of an item, as it stands in texts.
_ADDRESS = re.compile(r"/library/([A-Za-z0-9](?:[A-Za-z0-9._:-]{0,98}[A-Za-z0-9_])?)")
CITATION = Kind(
    name="knowledge-citation",
    plural="knowledge-citations",
    label=_("Citation of an item"),
    labels=_("Citations of items"),
    lead=_("Plans, blueprints, courses and decisions that rest on an item of knowledge."),
    section=SECTION,
    write=PLAN,
    title="cited",
    fields=(
        Field("item", _("Item of knowledge"), FieldKind.RECORD, of=ITEM.name, required=True, listed=True),
        Field("source", _("Cited by a"), FieldKind.TERM, of="citation-source", required=True, listed=True),
        Field("cited", _("Where it is cited"), required=True),
        Field("address", _("Address"), FieldKind.URL),
    ),
)
MATCH = Kind(
    name="knowledge-match",
    plural="knowledge-matches",
    label=_("Match of stages"),
    labels=_("Matches of stages"),
    lead=_("Two knowledge cycles were published. This says which stages of the figure a stage of the text means."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("stage", _("Stage of the text"), FieldKind.TERM, of="knowledge-stage", required=True, listed=True),
        Field(
            "matches", _("Stages of the figure"), FieldKind.TERM, of="knowledge-stage-figure", many=True, required=True,
            listed=True,
        ),
    ),
)  # fmt: skip
KINDS = (ITEM, CITATION, MATCH)


class Edition(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What was published of an item: which edition, of which revision, for whom."""

    item_id: str
    edition: int
    number: int
    audience: Readers
    content: Content
    published_at: str
    published_by: str
    withdrawn_at: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes to publish: one revision of an item, for one audience."""

    item_id: str
    number: int
    audience: Readers
    proposed_by: str
    at: str


@dataclass(frozen=True, slots=True)
class Step:
    """An item came to a stage with a revision; LEFT when it was taken out of use."""

    item_id: str
    number: int
    stage: str
    at: str


@dataclass(frozen=True, slots=True)
class Unused:
    """An item that nobody used for long: its id, its stage, and since when."""

    item_id: str
    stage: str
    since: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the cycle comes to: items per stage now, per month and stage, days from identified to used, unused items."""

    stock: Mapping[str, int]
    flow: Mapping[tuple[str, str], int]
    days_to_use: float | None
    used: int
    unused: Sequence[Unused]
    unused_months: int
    uses: Mapping[str, int]


def steps(revisions: Iterable[Record]) -> list[Step]:
    """Return the stages that an item came to, from its revisions in the order in which they were written."""
    found: list[Step] = []
    for one in sorted(revisions, key=lambda record: record.number):
        stage = LEFT if one.archived else str(one.content.get("stage", LEFT))
        if not found or found[-1].stage != stage:
            found.append(Step(one.id, one.number, stage, one.changed_at))
    return found


def median_days(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return the median of the days between two moments, None without any."""
    days = [max(0.0, (_moment(end) - _moment(start)).total_seconds() / 86_400) for start, end in pairs]
    return round(median(days), 1) if days else None


def in_other_cycle(stock: Mapping[str, int], matches: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return items per stage of the figure. A stage of the text that means two of them counts at both."""
    found: dict[str, int] = {}
    for stage, count in stock.items():
        for other in matches.get(stage, ()):
            found[other] = found.get(other, 0) + count
    return found


def writers(revisions: Iterable[Record], *, after: int) -> frozenset[str]:
    """Return who wrote an item after a revision: none of them may publish it."""
    return frozenset(one.changed_by for one in revisions if one.number > after)


def _moment(text: str) -> datetime:
    return clock.parse(text)


def cited_in(texts: Iterable[str]) -> list[str]:
    """Return the ids of items whose lasting addresses stand in some texts, each once."""
    return sorted({found for text in texts for found in _ADDRESS.findall(text)})
