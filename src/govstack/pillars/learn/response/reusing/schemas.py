"""What gaps beside assets are asked with, and how they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.downloads.schemas import Line
from govstack.pillars.learn.frame.presenters import in_language
from govstack.pillars.learn.needs.matrix.schemas import AskedQuery
from govstack.pillars.learn.response.reusing import model
from govstack.pillars.learn.response.reusing.model import Answer, Source

ANSWERS_MAX = 500
COLUMNS = (
    "competency", "scale", "lacking", "wanted", "holders", "priority", "answer", "source", "id", "title", "level",
    "enough",
)  # fmt: skip


class AnswersQuery(AskedQuery, frozen=True):
    """Whose gaps, and which part of the list."""

    limit: Annotated[int, Meta(ge=1, le=ANSWERS_MAX)] = 200
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class PageQuery(AskedQuery, frozen=True):
    """Whose gaps, and which page."""

    page: Annotated[int, Meta(ge=1, le=100_000)] = 1


class FileQuery(AskedQuery, frozen=True):
    """Whose gaps, and what the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"


class Means(msgspec.Struct, frozen=True):
    """Something that there is: where it is kept, how far it leads (null: nobody said), and whether that is enough."""

    source: Source
    id: str
    titles: dict[str, str]
    level: int | None
    enough: bool


class GapAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A gap, how many people have it, up to which level, how many hold the skill, and what there is for it."""

    competency_id: str
    scale_id: str
    lacking: int
    wanted: int
    holders: int
    priority: int
    answer: Answer
    means: list[Means]


class GapAnswers(msgspec.Struct, frozen=True):
    """Gaps, the one that comes first first, and how many there are in all."""

    answers: list[GapAnswer]
    total: int


def answer(one: model.Matched) -> GapAnswer:
    """Return a gap with what there is as it is sent."""
    gap = one.gap
    return GapAnswer(
        gap.competency_id, gap.scale_id, gap.lacking, gap.wanted, gap.holders or 0, gap.priority, one.answer,
        [
            Means(means.source, means.id, dict(means.titles), means.level, enough)
            for there, enough in ((one.enough, True), (one.short, False))
            for means in there
        ],
    )  # fmt: skip


def lines(found: Sequence[model.Matched], language: str) -> list[Line]:
    """Return gaps as lines of a file, one for each thing that there is; a gap without any has one line too."""
    told: list[Line] = []
    for one in map(answer, found):
        head = (
            one.competency_id, one.scale_id, one.lacking, one.wanted, one.holders, one.priority, str(one.answer)
        )  # fmt: skip
        told += [
            (*head, str(means.source), means.id, in_language(means.titles, language), means.level, means.enough)
            for means in one.means
        ] or [(*head, None, None, None, None, None)]
    return told
