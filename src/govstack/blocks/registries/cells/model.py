"""What cells mean: columns matched to fields, text read by a field's type, values written so that nothing runs.

A spreadsheet runs a text as a formula when it begins with = + - @ or a tab, also behind blanks and in wide letters.
Such a text is written with an apostrophe before it, and one that has apostrophes before such a sign gets one more;
reading takes one away again. So nothing runs, and every text comes back as it was. Numbers are written as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from govstack.blocks.registries.contents.model import Fit, Unfit, fitted, fitter, text_of, text_reader
from govstack.blocks.registries.fields.model import NUMERIC, Field, FieldType
from govstack.kernel.books import defused, plain

SHEET_WHOLE_MAX = 2**53
TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0"})
_SEPARATORS = re.compile(r"[\s_\-./]+")


def matched(fields: Sequence[Field], columns: Iterable[str]) -> list[str]:
    """Return the field of each column, by name, else by a label in any language, else nothing; no field twice."""
    by_name = {one.name: one.name for one in fields}
    for one in fields:
        for known in (one.name, *one.labels.values()):
            by_name.setdefault(known, one.name)
            by_name.setdefault(_loose(known), one.name)
    columns = list(columns)
    exact = {name for name in columns if name in {one.name for one in fields}}
    found: list[str] = []
    for column in columns:
        name = column if column in exact else by_name.get(column) or by_name.get(_loose(column), "")
        found.append("" if name in found or (name in exact and name != column) else name)
    return found


def _loose(text: str) -> str:
    return _SEPARATORS.sub("", text).casefold()


class Reader:
    """Reads the rows of a table: which column fills which field, and how, is worked out once.

    `typed` cells are JSON values, whose types the file itself says; they are given on as they are.
    """

    def __init__(self, fields: Mapping[str, Field], matching: Sequence[str], *, typed: bool) -> None:
        places = {name: place for place, name in enumerate(matching) if name}
        self._columns = tuple(
            (places[name], name, None if typed else _cell_reader(one)) for name, one in fields.items() if name in places
        )

    def read(self, cells: Sequence[object]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the content that a row stands for, and what is wrong in which field."""
        content: dict[str, Any] = {}
        faults: dict[str, str] = {}
        width = len(cells)
        for place, name, value_of in self._columns:
            cell = cells[place] if place < width else None
            if cell is None or (value_of is not None and cell == ""):
                continue
            try:
                value = cell if value_of is None else value_of(cell)
            except Unfit as fault:
                faults[name] = str(fault)
                continue
            if value is not None:
                content[name] = value
        return content, faults


def _cell_reader(field: Field) -> Fit:
    """Return what gives the value that a cell stands for, nothing for a blank one; it raises Unfit."""
    single = _single_reader(field)
    if field.multiple:
        single = partial(_several, fitter(field), single)
    return partial(_read_cell, field, single)


def _read_cell(field: Field, read: Fit, cell: object) -> Any:
    if isinstance(cell, str):
        return read(plain(cell) if cell[0] == "'" else cell)
    return _of_typed(field, cell)


def _several(fit: Fit, single: Fit, text: str) -> Any:
    if text.lstrip().startswith("["):
        return fit(_json(text))
    return fit([single(part.strip()) for part in text.split(";") if part.strip()])


def _of_typed(field: Field, cell: object) -> Any:
    if field.multiple:
        return fitted(field, [cell], numbers_as_text=True)
    if isinstance(cell, bool) and field.type is FieldType.TEXT:
        return str(cell).lower()
    if isinstance(cell, int) and not isinstance(cell, bool) and field.type is FieldType.BOOLEAN and cell in {0, 1}:
        return bool(cell)
    if field.type is FieldType.CATALOGUE and isinstance(cell, int):
        return _single_reader(field)(str(cell))
    return fitted(field, cell, numbers_as_text=True)


def _single_reader(field: Field) -> Fit:
    """Return what reads a single value of a field; all but text is read without the blanks around it."""
    if field.type is FieldType.TEXT:
        return text_reader(field)
    read = text_reader(field)
    if field.type is FieldType.BOOLEAN:
        read = _truth
    elif field.type is FieldType.CATALOGUE:
        keys = {text: key for key, label in reversed(list(field.catalogue.items())) for text in (label, key)}
        read = partial(_key, text_reader(field), keys)
    return partial(_stripped, read)


def _stripped(read: Fit, text: str) -> Any:
    text = text.strip()
    return read(text) if text else None


def _truth(text: str) -> bool:
    word = text.lower()
    if word not in TRUE | FALSE:
        raise Unfit("must be true or false")
    return word in TRUE


def _key(fit: Fit, keys: Mapping[str, str], text: str) -> Any:
    return fit(keys.get(text, text))


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unfit("must be JSON") from error


def cell_of(field: Field, value: object) -> str | int | float | bool | None:
    """Return how a value is written into a cell: numbers and truth as they are, text defused, anything else JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and not field.multiple and field.type in NUMERIC:
        return value if abs(value) <= SHEET_WHOLE_MAX else str(value)
    return defused(text_of(value))
