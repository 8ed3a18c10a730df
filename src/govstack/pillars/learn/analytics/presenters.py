"""What the pages and files of records and figures show."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.sheets import Book, Format, csv_line, defused
from govstack.pillars.learn.analytics.model import Cell, Figures, Split, Team
from govstack.pillars.learn.analytics.service import Record
from govstack.pillars.learn.frame.presenters import Cell as Shown
from govstack.pillars.learn.frame.presenters import Words, in_language
from govstack.web.figures import Bars

COLUMNS = (
    "id",
    "timestamp",
    "stored",
    "verb",
    "object",
    "name",
    "success",
    "completion",
    "scaled",
    "duration",
    "authority",
)
FIGURE_COLUMNS = ("split", "value", "people", "started", "completed", "completed_percent")
SPLITS = {
    Split.GENDER: _("By gender"),
    Split.ORGANISATION: _("By organisation"),
    Split.PLACE: _("By place"),
    Split.ACTIVITY: _("By activity"),
}
GENDERS = {
    "female": _("Women"),
    "male": _("Men"),
    "other": _("Other genders"),
    "unstated": _("Not stated"),
    "": _("Not known here"),
}
CHARTED_MAX = 20


def verb(statement: Mapping[str, Any], language: str) -> str:
    """Return what was done, in a language."""
    told = statement["verb"]
    return in_language(told.get("display", {}), language) or told["id"].rstrip("/").rpartition("/")[2]


def about(statement: Mapping[str, Any], language: str) -> str:
    """Return what a statement is about: the name of an activity, else an id."""
    told = statement["object"]
    name = told.get("definition", {}).get("name", {}) if isinstance(told.get("definition"), dict) else {}
    named = told.get("name") if isinstance(told.get("name"), str) else ""
    return in_language(name, language) or named or str(told.get("id", ""))


def score(statement: Mapping[str, Any], words: Words) -> str:
    """Return how it went, in words."""
    result = statement.get("result", {})
    scaled = result.get("score", {}).get("scaled")
    parts = [] if scaled is None else [f"{round(100 * scaled)} %"]
    if "success" in result:
        parts.append(words(_("passed")) if result["success"] else words(_("not passed")))
    return ", ".join(parts)


def source(statement: Mapping[str, Any]) -> str:
    """Return who told it."""
    authority = statement.get("authority", {})
    return str(authority.get("account", {}).get("name") or authority.get("name", ""))


def statement_rows(record: Record, words: Words) -> list[tuple[Shown, ...]]:
    """Return the statements of a record as a table."""
    return [
        (
            {"moment": one["timestamp"]}, verb(one, words.language), about(one, words.language), score(one, words),
            source(one),
        )
        for one in record.statements
    ]  # fmt: skip


def activity_rows(record: Record, words: Words, most: int) -> list[tuple[Shown, ...]]:
    """Return what a learner did in which activity."""
    return [
        (
            in_language(record.names.get(one.activity, {}), words.language) or one.activity,
            {"number": one.statements},
            words(_("Completed")) if one.completed_position is not None else words(_("Begun")),
        )
        for one in record.tallies[:most]
    ]


def team_rows(team: Team) -> list[tuple[Shown, ...]]:
    """Return how far those are who share it."""
    return [(one.name, {"number": one.started}, {"number": one.completed}) for one in team.sharing]


def value(
    by: Split, cell: Cell, words: Words, organisations: Mapping[str, Mapping[str, str]], names: Mapping[str, Any]
) -> str:
    """Return the label of a line."""
    if by is Split.GENDER:
        return words(GENDERS.get(cell.value, cell.value))
    if by is Split.ORGANISATION and cell.value in organisations:
        return in_language(organisations[cell.value], words.language)
    if by is Split.ACTIVITY:
        return in_language(names.get(cell.value, {}), words.language) or cell.value
    return cell.value or words(_("Not known here"))


def tables(
    figures: Figures, words: Words, organisations: Mapping[str, Mapping[str, str]], names: Mapping[str, Any]
) -> list[tuple[str, str, list[tuple[Shown, ...]], Bars | None]]:
    """Return each split as its name, title, table and chart; hidden cells are said to be hidden."""
    found = []
    for by, cells in figures.splits.items():
        labelled = [(value(by, cell, words, organisations, names), cell) for cell in cells]
        rows: list[tuple[Shown, ...]] = [(label, *_numbers(cell, words)) for label, cell in labelled]
        bars = [(label, cell.people) for label, cell in labelled if cell.people is not None][:CHARTED_MAX]
        chart = Bars(
            name=f"figures-{by.value}", title=words(SPLITS[by]), rows=bars, label_header=words(SPLITS[by]),
            value_header=words(_("People reached")),
        )  # fmt: skip
        found.append((by.value, words(SPLITS[by]), rows, chart if bars else None))
    return found


def _numbers(cell: Cell, words: Words) -> Sequence[Shown]:
    if cell.people is None:
        hidden = words(_("Hidden: few people"))
        return (hidden, hidden, hidden, hidden)
    rate = "" if cell.rate is None else f"{cell.rate} %"
    return ({"number": cell.people}, {"number": cell.started}, {"number": cell.completed}, rate)


def figure_lines(figures: Figures) -> list[tuple[object, ...]]:
    """Return figures as lines of a file; what is hidden is empty."""
    whole = Cell("", figures.reached, figures.started, figures.completed)
    lines = [("all", whole)] + [(by.value, cell) for by, cells in figures.splits.items() for cell in cells]
    return [
        tuple(
            "" if part is None else part
            for part in (by, cell.value, cell.people, cell.started, cell.completed, cell.rate)
        )
        for by, cell in lines
    ]


def statement_lines(bodies: Iterable[bytes]) -> list[tuple[object, ...]]:
    """Return statements as lines of a file."""
    lines: list[tuple[object, ...]] = []
    for body in bodies:
        one = msgspec.json.decode(body, type=dict[str, Any])
        result = one.get("result", {})
        lines.append(
            (
                one["id"], one["timestamp"], one["stored"], one["verb"]["id"], str(one["object"].get("id", "")),
                about(one, "en"), result.get("success", ""), result.get("completion", ""),
                result.get("score", {}).get("scaled", ""), result.get("duration", ""), source(one),
            )
        )  # fmt: skip
    return lines


def file(kind: str, columns: Sequence[str], lines: Iterable[Sequence[object]], whole: bytes) -> tuple[bytes, str]:
    """Return a file and its type; as JSON it is the whole as it is kept."""
    if kind == Format.JSON.value:
        return whole, Format.JSON.media_type
    if kind == Format.CSV.value:
        text = "\ufeff" + csv_line(columns) + "".join(csv_line([_safe(cell) for cell in line]) for line in lines)
        return text.encode(), Format.CSV.media_type
    target = io.BytesIO()
    with closing(Book(columns)) as book:
        for line in lines:
            book.add(line)
        book.save(target)
    return target.getvalue(), Format.XLSX.media_type


def _safe(cell: object) -> object:
    return defused(cell) if isinstance(cell, str) else cell
