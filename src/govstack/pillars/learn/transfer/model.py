"""Rows of files as records, and records as rows; the same for every kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from govstack.kernel.books import defused, plain
from govstack.kernel.sheets import Line
from govstack.pillars.learn.records.model import Audience, Content, Field, FieldKind, Kind, Record

COLUMNS = ("id", "audience")
SEPARATOR = "; "
YES, NO = "yes", "no"


class RowFault(msgspec.Struct, frozen=True):
    """What is wrong in one row of a file, by column; "" stands for the whole row."""

    row: int
    faults: dict[str, str]


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: rows written, rows that changed nothing, and those that were refused, the first ones."""

    written: int
    unchanged: int
    refused: int
    rows: list[RowFault]


def columns_of(kind: Kind) -> list[str]:
    """Return the columns of a file."""
    return [*own_columns(kind), *(one.name for one in kind.fields)]


def own_columns(kind: Kind) -> list[str]:
    """Return the columns of what a record has beside its fields; a field of the same name keeps the name."""
    return [f"record-{name}" if name in kind.by_name else name for name in COLUMNS]


def cells_of(kind: Kind, record: Record) -> list[object]:
    """Return a record as a row; lists are joined, and nothing in it runs in a spreadsheet."""
    values = [record.content.get(one.name) for one in kind.fields]
    cells = [record.id, str(record.audience), *(_cell(*pair) for pair in zip(kind.fields, values, strict=True))]
    return [defused(cell) if isinstance(cell, str) else cell for cell in cells]


def _cell(field: Field, value: Any) -> object:
    if value is None:
        return ""
    if field.kind is FieldKind.YES:
        return YES if value else NO
    if isinstance(value, list):
        return ("\n" if field.kind is FieldKind.LINES else SEPARATOR).join(str(item) for item in value)
    return value


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file as a record: its number, id ("" when it has none), audience and content, or what is wrong."""

    number: int
    record_id: str
    audience: str
    content: Content
    faults: Mapping[str, str]


def missing_columns(kind: Kind, columns: Sequence[str]) -> list[str]:
    """Return the required fields for which a file has no column."""
    matched = set(_matched(kind, columns))
    return [one.name for one in kind.fields if one.required and one.name not in matched]


def unknown_columns(kind: Kind, columns: Sequence[str]) -> list[str]:
    """Return the columns of a file that no field has."""
    return [name for name, known in zip(columns, _matched(kind, columns), strict=True) if name and not known]


def rows_of(kind: Kind, columns: Sequence[str], lines: Iterable[Line]) -> Iterator[Row]:
    """Yield the rows of a file."""
    names, (id_column, audience_column) = _matched(kind, columns), own_columns(kind)
    for line in lines:
        if line.fault:
            yield Row(line.number, "", "", {}, {"": line.fault})
            continue
        cells = {name: cell for name, cell in zip(names, line.cells, strict=False) if name}
        record_id = plain(str(cells.pop(id_column, "") or "")).strip()
        audience = plain(str(cells.pop(audience_column, "") or "")).strip().lower() or Audience.PRIVATE.value
        content: Content = {}
        for name, cell in cells.items():
            value = read_cell(kind.by_name[name], cell)
            if value is not None:
                content[name] = value
        faults = {} if audience in set(Audience) else {audience_column: "private, partner, public"}
        yield Row(line.number, record_id, audience, content, faults)


def told_cells(columns: Sequence[str], line: Line) -> dict[str, str]:
    """Return a row by column, as it is handed back to be put right."""
    pairs = zip(columns, line.cells, strict=False)
    return {name: plain(str(cell)) for name, cell in pairs if name and cell not in (None, "")}


def _matched(kind: Kind, columns: Sequence[str]) -> list[str]:
    known = {name.casefold(): name for name in columns_of(kind)}
    known |= {one.label.casefold(): one.name for one in kind.fields}
    return [known.get(column.strip().casefold(), "") for column in columns]


def read_cell(field: Field, cell: Any) -> Any:
    """Return what a cell or a field of a form says, as the field's type where it can be read so, else as it stands."""
    if isinstance(cell, list):
        return [item for item in (plain(str(one)).strip() for one in cell) if item] if field.plural else cell
    text = plain(str(cell)).strip() if isinstance(cell, str) else cell
    if text is None or text == "":
        return None
    if field.plural:
        parts = str(text).split("\n" if field.kind is FieldKind.LINES else SEPARATOR.strip())
        return [part.strip() for part in parts if part.strip()]
    if field.kind is FieldKind.YES:
        return {YES: True, "true": True, "1": True, NO: False, "false": False, "0": False}.get(str(text).lower(), text)
    if field.kind in (FieldKind.WHOLE, FieldKind.NUMBER):
        return _number(text)
    return text if isinstance(text, str) else str(text)


def _number(text: Any) -> Any:
    if isinstance(text, float) and text.is_integer():
        return int(text)
    if not isinstance(text, str):
        return text
    try:
        return int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            return text
        return number if abs(number) < float("inf") else text
