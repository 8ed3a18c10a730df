"""Wire shapes of items, and items as rows of a file: one row for each language of an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.books import plain
from govstack.kernel.context import Context
from govstack.kernel.documents import misfit
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format, Line, Table
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.needs.items import service
from govstack.pillars.learn.needs.items.errors import BadItem, BadItemFile
from govstack.pillars.learn.needs.items.model import (
    Bloom,
    Difficulty,
    Id,
    Item,
    Kind,
    Label,
    Language,
    Option,
    Scoring,
    State,
    Text,
    tidy,
)
from govstack.pillars.learn.needs.items.service import Taken

PAGE_ITEMS_MAX = 500
ROWS_MAX = 5_000
FILE_BYTES_MAX = 5_000_000
COLUMNS = (
    "id", "kind", "competency", "bloom", "difficulty", "scoring", "points", "anchor", "case_matters", "state",
    "language", "prompt", "options", "targets", "right", "feedback",
)  # fmt: skip
NEEDED = ("id", "kind", "competency", "bloom", "language", "prompt", "right")
# What every row of an item says alike.
ALIKE = tuple(name for name in COLUMNS if name not in {"language", "prompt", "options", "targets", "feedback"})
FormatName = Literal["csv", "xlsx", "json"]
BYTE_ORDER_MARK = "\ufeff"
_TRUE, _FALSE = frozenset({"true", "yes", "1", "x"}), frozenset({"", "false", "no", "0"})


class ItemGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An item as it is sent; its id stands in the address."""

    kind: Kind
    competency_id: Id
    bloom: Bloom
    prompts: Annotated[dict[Language, Text], Meta(min_length=1, max_length=20)]
    options: Annotated[tuple[Option, ...], Meta(max_length=20)] = ()
    targets: Annotated[tuple[Option, ...], Meta(max_length=20)] = ()
    right: Annotated[tuple[Label, ...], Meta(min_length=1, max_length=30)]
    feedback: Annotated[dict[Language, Text], Meta(max_length=20)] = {}
    difficulty: Difficulty = Difficulty.MEDIUM
    scoring: Scoring = Scoring.WHOLE
    points: Annotated[int, Meta(ge=1, le=100)] = 1
    case_matters: bool = False
    anchor: bool = False
    state: State = State.DRAFT


class StateGiven(msgspec.Struct, frozen=True):
    """The state that an item shall have."""

    state: State


class ItemList(msgspec.Struct, frozen=True):
    """Items, and after which id the next ones come ("" at the end)."""

    items: list[Item]
    next: str = ""


class ItemsQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which items."""

    competency: Annotated[str, Meta(max_length=100)] = ""
    bloom: Annotated[str, Meta(max_length=20)] = ""
    state: Annotated[str, Meta(max_length=20)] = ""
    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = 100
    lang: Annotated[str, Meta(max_length=12)] = ""


class FileQuery(msgspec.Struct, frozen=True):
    """What a file is to be."""

    format: FormatName = "csv"
    lang: Annotated[str, Meta(max_length=12)] = ""


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong with a row of a file; `row` counts as a spreadsheet does."""

    row: int
    item: str
    fault: str


class TakenIn(msgspec.Struct, frozen=True):
    """What became of a file of items."""

    new: int
    changed: int
    same: int
    refused: list[RowFault]


@dataclass(frozen=True, slots=True)
class Read:
    """Items of a file with the row where each begins, and what is wrong with other rows."""

    items: Sequence[Item]
    rows: Mapping[str, int]
    faults: Sequence[RowFault]


def rows_of(items: Iterable[Item]) -> Iterable[tuple[Any, ...]]:
    """Yield items as rows, one for each language."""
    for one in items:
        for language in sorted(one.prompts):
            yield (
                one.id, str(one.kind), one.competency_id, str(one.bloom), str(one.difficulty), str(one.scoring),
                one.points, one.anchor, one.case_matters, str(one.state), language, one.prompts[language],
                _lines(one.options, language), _lines(one.targets, language), "\n".join(one.right),
                one.feedback.get(language, ""),
            )  # fmt: skip


def _lines(options: Iterable[Option], language: str) -> str:
    return "\n".join(f"{one.id}: {one.texts[language]}" for one in options)


async def item_file(context: Context, kind: Format) -> Answer:
    """Return the item bank as a file."""
    found = await service.listed(context, limit=service.READY_MAX)
    return table_answer("items", kind, COLUMNS, at_once(rows_of(found)))


MISSING = _("The first row must name these columns too: {columns}.")
TOO_MANY_ROWS = _("The file has more than 5,000 rows. Send it in parts.")


def lines_of(
    content: bytes, kind: Format, needed: Sequence[str], *, rows_max: int = ROWS_MAX, too_many: str = TOO_MANY_ROWS
) -> tuple[Table, list[Line]]:
    """Return a file as lines; raises FileUnreadable, and BadItemFile where a column is missing or it is too long."""
    if len(content) > FILE_BYTES_MAX:
        raise BadItemFile(_("The file is larger than 5 MB. Send it in parts."))
    table = intake.table_of(kind, content)
    lines = table.take(rows_max + 1, FILE_BYTES_MAX * 2)
    if len(lines) > rows_max:
        raise BadItemFile(too_many)
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise BadItemFile(MISSING.format(columns=", ".join(missing)), extra={"missing": missing})
    return table, lines


def read(content: bytes, kind: Format) -> Read:
    """Return the items of a file, row by row; raises FileUnreadable, and BadItemFile where a column is missing."""
    table, lines = lines_of(content, kind, NEEDED)
    faults: list[RowFault] = []
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line in lines:
        cells = {name: _text(cell) for name, cell in zip(table.columns, line.cells, strict=False)}
        item_id = cells.get("id", "")
        if line.fault or not item_id:
            faults.append(RowFault(line.number, item_id, line.fault or _("has no id")))
        else:
            groups.setdefault(item_id, []).append((line.number, cells))
    items, rows = [], {}
    for item_id, group in groups.items():
        if any(one.item == item_id for one in faults):
            continue  # part of it was refused: half an item is not taken in
        try:
            items.append(_item(group))
            rows[item_id] = group[0][0]
        except (ValueError, msgspec.ValidationError) as error:
            faults.append(RowFault(group[0][0], item_id, _why(error)))
    return Read(items, rows, sorted(faults, key=lambda one: one.row))


def _why(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        place, why = misfit(error, "row")
        return f"{place}: {why}"
    return str(error)


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else plain(str(cell)).strip()


def _item(group: Sequence[tuple[int, dict[str, str]]]) -> Item:
    first = group[0][1]
    for number, cells in group:
        other = next((name for name in ALIKE if cells.get(name, "") != first.get(name, "")), "")
        if other:
            raise ValueError(f"{other}: row {number} differs from the first row of this item")
    languages = [cells["language"] for _number, cells in group]
    if len(set(languages)) != len(languages):
        raise ValueError("language: stands twice for this item")
    return msgspec.convert(
        {
            "id": first["id"], "kind": first["kind"], "competencyId": first["competency"], "bloom": first["bloom"],
            "difficulty": first.get("difficulty") or "medium", "scoring": first.get("scoring") or "whole",
            "points": _whole(first, "points"), "anchor": _truth(first, "anchor"),
            "caseMatters": _truth(first, "case_matters"), "state": first.get("state") or "draft",
            "prompts": {cells["language"]: tidy(cells["prompt"]) for _number, cells in group},
            "feedback": {c["language"]: tidy(c["feedback"]) for _number, c in group if c.get("feedback")},
            "options": _options(group, "options"), "targets": _options(group, "targets"),
            "right": [text for text in (tidy(one) for one in first["right"].split("\n")) if text],
        },
        Item,
    )  # fmt: skip


def _whole(cells: Mapping[str, str], name: str) -> int:
    text = cells.get(name, "") or "1"
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError(f"{name}: is not a whole number")
    return int(text)


def _truth(cells: Mapping[str, str], name: str) -> bool:
    text = cells.get(name, "").casefold()
    if text not in _TRUE | _FALSE:
        raise ValueError(f"{name}: is neither true nor false")
    return text in _TRUE


def _options(group: Sequence[tuple[int, Mapping[str, str]]], column: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, str]] = {}
    for number, cells in group:
        for line in filter(None, (tidy(one) for one in cells.get(column, "").split("\n"))):
            option_id, colon, text = line.partition(":")
            if not colon:
                raise ValueError(f"{column}: row {number} needs one option a line, such as A: yes")
            texts = found.setdefault(option_id.strip(), {})
            if cells["language"] in texts:
                raise ValueError(f"{column}: row {number} has the option {option_id.strip()} twice")
            texts[cells["language"]] = text.strip()
    return [{"id": option_id, "texts": texts} for option_id, texts in found.items()]


def taken_in(found: Read, taken: Taken) -> TakenIn:
    """Return what became of a file, refusals in the order of its rows."""
    refused = [RowFault(found.rows[item_id], item_id, why) for item_id, why in taken.refused]
    return TakenIn(taken.new, taken.changed, taken.same, sorted([*found.faults, *refused], key=lambda one: one.row))


def cell_text(cell: object) -> str:
    """Return a cell as a form shows it."""
    return _text(cell)


def from_form(item_id: str, cells: Mapping[str, str], before: Item | None) -> Item:
    """Return the item that a form tells of in one language; its other languages stay. Raises BadItem."""
    row = {**cells, "id": item_id, "state": str(before.state if before else State.DRAFT)}
    rows = [
        {name: _text(cell) for name, cell in zip(COLUMNS, one, strict=True)}
        for one in rows_of([before] if before else [])
    ]
    others = [one for one in rows if one["language"] != cells["language"]]
    alike = {name: row.get(name, "") for name in ALIKE}
    try:
        return _item([(0, row), *((0, {**one, **alike}) for one in others)])
    except msgspec.ValidationError as error:
        place, why = misfit(error, "item")
        raise BadItem(f"{place}: {why}") from error
    except ValueError as error:
        raise BadItem(str(error)) from error
