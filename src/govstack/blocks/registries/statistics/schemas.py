"""Wire shapes of statistics, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.registries.browsing.model import FILTERS_MAX, VALUE_CHARACTERS_MAX, Comparing, Filter
from govstack.blocks.registries.design.model import DATABASE_ID_MAX, Service, path_of, pointer
from govstack.blocks.registries.statistics.model import (
    GROUPS_MAX,
    Figures,
    Label,
    Measure,
    Period,
    Question,
    Report,
    Series,
)
from govstack.kernel.routing import Answer, Call

CSV = "text/csv; charset=utf-8"
TIME = "time"
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="A day such as 2026-11-21, itself included")]
Name = Annotated[str, Meta(max_length=1_000, description="A field, by its name or pointer")]


class FilterShape(msgspec.Struct, frozen=True):
    """One comparison, as the list of records has them."""

    field: Name
    comparing: Comparing = Comparing.IS
    value: Annotated[str, Meta(max_length=VALUE_CHARACTERS_MAX)] = ""


class QuestionShape(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What to work out, of which records, divided by what. Without moment, time is when a record was entered."""

    measure: Measure = Measure.COUNT
    field: Name = ""
    group_by: Annotated[list[Name], Meta(max_length=GROUPS_MAX)] = []
    period: Period | None = None
    moment: Name = ""
    filters: Annotated[list[FilterShape], Meta(max_length=FILTERS_MAX)] = []
    search: Annotated[str, Meta(max_length=VALUE_CHARACTERS_MAX, description="Text to find in any field")] = ""
    since: Day = ""
    until: Day = ""


class ReportRequest(msgspec.Struct, frozen=True):
    """A question to keep under a name."""

    name: str
    question: QuestionShape


class ReportShape(msgspec.Struct, frozen=True, rename="camel"):
    """A question that is kept."""

    id: str
    name: str
    question: QuestionShape
    owner: str
    created_at: str


class ReportList(msgspec.Struct, frozen=True):
    """Questions that are kept."""

    reports: list[ReportShape]


class CellShape(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure, and the group it is about; a withheld one has neither value nor number of records."""

    group: dict[str, str | int | float | bool | None] = {}
    value: float | int | None = None
    records: int | None = None
    withheld: bool = False


class FiguresShape(msgspec.Struct, frozen=True, rename="camel"):
    """The answer. smallest is 0 where nothing is withheld; unlisted says that small groups are left out."""

    registry: str
    version: str
    at: str
    question: QuestionShape
    cells: list[CellShape]
    total: CellShape
    smallest: int
    unlisted: bool


class SeriesRow(msgspec.Struct, frozen=True):
    """What happened in a period, and how often; null where that is withheld."""

    period: str
    what: str
    number: int | None


class SeriesShape(msgspec.Struct, frozen=True):
    """Numbers over time."""

    period: str
    since: str
    until: str
    smallest: int
    rows: list[SeriesRow]


class UseShape(msgspec.Struct, frozen=True):
    """How often a service was used."""

    version: str
    service: str
    used: int


class UseList(msgspec.Struct, frozen=True):
    """How often services were used."""

    services: list[UseShape]


class Smallest(msgspec.Struct, frozen=True):
    """From how many records on figures are given."""

    smallest: Annotated[int, Meta(ge=-DATABASE_ID_MAX, le=DATABASE_ID_MAX)]


class FormatQuery(msgspec.Struct, frozen=True):
    """How the answer is written."""

    format: Annotated[str, Meta(description="json or csv")] = ""
    version: Annotated[str, Meta(description="Version of the registry; the newest without one")] = ""


class RunQuery(FormatQuery, frozen=True):
    """Over which days."""

    since: Day = ""
    until: Day = ""


class SpanQuery(RunQuery, frozen=True):
    """Over which days, put together how."""

    period: Period = Period.MONTH


def question(shape: QuestionShape) -> Question:
    """Return the question that a body asks."""
    return Question(
        measure=shape.measure,
        field=_pointer(shape.field),
        groups=tuple(map(_pointer, shape.group_by)),
        period=shape.period,
        moment=_pointer(shape.moment),
        filters=tuple(Filter(_pointer(one.field), one.comparing, one.value) for one in shape.filters),
        words=shape.search,
        since=shape.since,
        until=shape.until,
    )


def _pointer(name: str) -> str:
    return pointer(path_of(name)) if name else ""


def question_shape(asked: Question) -> QuestionShape:
    """Return a question as it is sent."""
    return QuestionShape(
        measure=asked.measure,
        field=asked.field,
        group_by=list(asked.groups),
        period=asked.period,
        moment=asked.moment,
        filters=[FilterShape(one.field, one.comparing, one.value) for one in asked.filters],
        search=asked.words,
        since=asked.since,
        until=asked.until,
    )


def report(found: Report) -> ReportShape:
    """Return a report as it is sent."""
    return ReportShape(found.id, found.name, question_shape(found.question), found.owner, found.created_at)


def figures(code: str, found: Figures) -> FiguresShape:
    """Return an answer as it is sent."""
    names = columns(found.question)
    cells = [
        CellShape(dict(zip(names, one.labels, strict=True)), one.value, one.records, one.withheld)
        for one in found.cells
    ]
    total = CellShape({}, found.total.value, found.total.records, found.total.withheld)
    return FiguresShape(
        code, found.version, found.at, question_shape(found.question), cells, total, found.smallest, found.unlisted
    )


def columns(asked: Question) -> list[str]:
    """Return what the labels of a cell are called."""
    return [*asked.groups, *([TIME] if asked.period else [])]


def series(found: Series) -> SeriesShape:
    """Return numbers over time as they are sent."""
    rows = [SeriesRow(period, what, number) for period, what, number in found.rows]
    return SeriesShape(found.period.value, found.since, found.until, found.smallest, rows)


def uses(found: Iterable[tuple[str, Service]]) -> UseList:
    """Return uses as they are sent."""
    return UseList([UseShape(version, one.name, one.used_count) for version, one in found])


def wants_csv(call: Call) -> bool:
    """Tell whether a caller asks for CSV, by the query or by what it accepts."""
    return call.query.format == "csv" or (not call.query.format and "text/csv" in call.headers.get("accept", ""))


def figures_csv(code: str, found: Figures) -> Answer:
    """Return an answer as a file for spreadsheets and scripts; the last row is the total."""
    asked = found.question
    head = [*(name.lstrip("/") for name in columns(asked)), asked.measure.value, "records", "withheld"]
    rows: list[Sequence[object]] = [
        [*map(_text, one.labels), one.value, one.records, "yes" if one.withheld else ""] for one in found.cells
    ]
    blank = [""] * len(columns(asked))
    total = found.total
    rows.append([*blank, total.value, total.records, "yes" if total.withheld else ""])
    return file(f"{code}-statistics", head, rows)


def series_csv(name: str, found: Series) -> Answer:
    """Return numbers over time as a file."""
    return file(
        name, ["period", "what", "number"], [(period, _text(what), number) for period, what, number in found.rows]
    )


def uses_csv(code: str, found: Iterable[tuple[str, Service]]) -> Answer:
    """Return uses as a file."""
    rows = [(version, one.name, one.used_count) for version, one in found]
    return file(f"{code}-uses", ["version", "service", "used"], rows)


def file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Answer:
    """Return rows as a CSV file (RFC 4180) in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return Answer(
        body=text.getvalue().encode(),
        media_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _text(label: Label) -> str | int | float:
    """Return a label for a spreadsheet: text that would run as a formula there is made plain."""
    if isinstance(label, bool):
        return "true" if label else "false"
    if isinstance(label, str):
        return f"'{label}" if label.startswith(("=", "+", "-", "@", "\t", "\r")) else label
    return "" if label is None else label
