"""Wire shapes of findings, and the lines of their files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import file_answer, once, table_answer
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.findings.model import Cell, Dimension, Spread
from govstack.pillars.learn.needs.findings.service import Report
from govstack.pillars.learn.needs.uploads.model import CONFIDENCE, EVIDENCE, columns_of

COLUMNS = ("table", "cell", "section", "item", "category", "responses", "asked", "answered")
HIDDEN = "hidden"
ROWS_AT_ONCE = 1_000


class FindingsQuery(msgspec.Struct, frozen=True):
    """Which ratings; the first that the campaign uses unless one is named."""

    rater: Annotated[str, Meta(max_length=20)] = ""

    @property
    def kind(self) -> Rater | None:
        """Return the kind of rater, None when none was named."""
        return Rater(self.rater) if self.rater in set(Rater) else None


class SectionQuery(FindingsQuery, frozen=True):
    """Which section's results."""

    section: Annotated[str, Meta(max_length=60)] = ""


class FileQuery(FindingsQuery, frozen=True):
    """Which ratings, as which file."""

    format: Literal["csv", "xlsx", "json"] = "csv"


class ReachAnswer(msgspec.Struct, frozen=True):
    """How many were asked and how many answered; null where that is hidden."""

    cell: str
    asked: int | None
    answered: int | None


class SpreadAnswer(msgspec.Struct, frozen=True):
    """Responses by category; null where so few answered that it is hidden. `middle` is the median share of means."""

    section: str
    categories: list[str]
    counts: list[int] | None
    middle: float | None = None

    @classmethod
    def of(cls, one: Spread) -> SpreadAnswer:
        """Return how a section came out."""
        counts = None if one.counts is None else list(one.counts)
        return cls(one.section, [category.id for category in one.categories], counts, one.middle)


class CellAnswer(msgspec.Struct, frozen=True):
    """The sections of those who have something in common."""

    cell: str
    sections: list[SpreadAnswer]

    @classmethod
    def of(cls, one: Cell) -> CellAnswer:
        """Return a cell."""
        return cls(one.cell, [SpreadAnswer.of(section) for section in one.sections])


class ItemAnswer(msgspec.Struct, frozen=True):
    """Responses to an item by choice of its scale; null where that is hidden."""

    item: str
    counts: list[int] | None


class FindingsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """What a campaign found. `fewest` is the smallest number of people that is shown, 0 where nobody is assessed."""

    campaign_id: str
    instrument_digest: str
    rater: Rater
    asked: int
    answered: int
    fewest: int
    early: bool
    sections: list[SpreadAnswer]
    items: list[ItemAnswer]
    reach: dict[Dimension, list[ReachAnswer]]
    cells: dict[Dimension, list[CellAnswer]]
    whole: SpreadAnswer | None

    @classmethod
    def of(cls, report: Report) -> FindingsAnswer:
        """Return findings as they are answered."""
        found = report.findings
        return cls(
            report.campaign.id, report.campaign.digest, found.rater, found.asked, found.answered, found.fewest,
            report.early,
            [SpreadAnswer.of(one) for one in found.sections],
            [ItemAnswer(one.item, None if one.counts is None else list(one.counts)) for one in found.items],
            {name: [ReachAnswer(r.cell, r.asked, r.answered) for r in rows] for name, rows in found.reach.items()},
            {name: [CellAnswer.of(one) for one in cells] for name, cells in found.cells.items()},
            SpreadAnswer.of(found.whole) if found.whole else None,
        )  # fmt: skip


def lines(report: Report) -> Iterator[tuple[object, ...]]:
    """Yield the lines of a file of findings; what is hidden says so."""
    found = report.findings
    for name, rows in found.reach.items():
        for row in rows:
            answered = HIDDEN if row.answered is None else row.answered
            asked = HIDDEN if row.asked is None else row.asked
            yield f"response rate by {name}", row.cell, "", "", "", "", asked, answered
    choosing = report.campaign.frozen.choosing
    if report.early:
        return
    for one in found.sections:
        yield from _spread("result", "", one)
    for item, given in zip(found.items, choosing, strict=True):
        scale = report.campaign.frozen.scale_of(given)
        for at, choice in enumerate(scale.choices):
            count = HIDDEN if item.counts is None else item.counts[at]
            yield "answers", "", given.section, item.item, choice.id, count, "", ""
    for name, cells in found.cells.items():
        for cell in cells:
            for one in cell.sections:
                yield from _spread(f"result by {name}", cell.cell, one)


def _spread(table: str, cell: str, one: Spread) -> Iterator[tuple[object, ...]]:
    for at, category in enumerate(one.categories):
        yield table, cell, one.section, "", category.id, HIDDEN if one.counts is None else one.counts[at], "", ""


RESPONSE_COLUMNS = (
    "id",
    "person",
    "organisation",
    "rater",
    "meeting",
    "answered_at",
    "language",
    "confidence",
    "notes",
)


def response_line(row: Mapping[str, Any], columns: Sequence[str]) -> list[object]:
    """Return the line of a response in a file of all responses: the columns that a file to be taken in has too."""
    given = {
        **row["answers"],
        **{f"{item}{EVIDENCE}": text for item, text in row["evidence"].items()},
        **{f"{item}{CONFIDENCE}": sure for item, sure in row["confidences"].items()},
    }
    return [*(row[name] for name in RESPONSE_COLUMNS), *(given.get(column, "") for column in columns)]


def findings_file(report: Report, kind: Format) -> Answer:
    """Return findings as a file."""
    name = f"findings-{report.campaign.id}-{report.findings.rater}"
    if kind is Format.JSON:
        return file_answer(name, kind, once(msgspec.json.encode(FindingsAnswer.of(report))))
    return table_answer(name, kind, COLUMNS, _parts(lines(report)))


def responses_file(campaign: Campaign, parts: AsyncIterator[list[dict[str, object]]], kind: Format) -> Answer:
    """Return responses as a file that is sent as it is made."""
    items = [column for one in campaign.frozen.in_order for column in columns_of(campaign.frozen, one)]
    name = f"responses-{campaign.id}"
    if kind is Format.JSON:
        return file_answer(name, kind, _json(parts))

    async def rows() -> AsyncIterator[list[Sequence[object]]]:
        async for part in parts:
            yield [response_line(row, items) for row in part]

    return table_answer(name, kind, (*RESPONSE_COLUMNS, *items), rows())


async def _parts(rows: Iterator[tuple[object, ...]]) -> AsyncIterator[list[Sequence[object]]]:
    while part := list(islice(rows, ROWS_AT_ONCE)):
        yield list[Sequence[object]](part)


async def _json(parts: AsyncIterator[list[dict[str, object]]]) -> AsyncIterator[bytes]:
    between = b"["
    async for part in parts:
        yield between + b",\n".join(msgspec.json.encode(one) for one in part)
        between = b",\n"
    yield b"[]" if between == b"[" else b"]"
