"""What cells mean: columns matched to fields, text read by a field's type, values written so that nothing runs.

A spreadsheet runs a text as a formula when it begins with = + - @ or a tab, also behind blanks and in wide letters.
Such a text is written with an apostrophe before it, and one that has apostrophes before such a sign gets one more;
reading takes one away again. So nothing runs, and every text comes back as it was. Numbers are written as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from govstack.blocks.registries.contents.model import Unfit, fitted, from_text, text_of
from govstack.blocks.registries.fields.model import NUMERIC, SCALAR, Field, FieldType

SHEET_WHOLE_MAX = 2**53
TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0"})
_RUNS = re.compile(r"'*[\s\ufeff]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_SEPARATORS = re.compile(r"[\s_\-./]+")


def defused(text: str) -> str:
    """Return a text as no spreadsheet runs it."""
    return f"'{text}" if _RUNS.match(text) else text


def plain(text: str) -> str:
    """Return the text that was defused."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


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


def value_of(field: Field, cell: object) -> Any:
    """Return the value that a cell of a table stands for, nothing for an empty one; raises Unfit."""
    if cell is None or cell == "":
        return None
    if not isinstance(cell, str):
        return _of_typed(field, cell)
    text = plain(cell)
    if not field.multiple:
        return _single(field, text)
    if text.lstrip().startswith("["):
        return fitted(field, _json(text))
    return [_single(field, part.strip()) for part in text.split(";") if part.strip()]


def _of_typed(field: Field, cell: object) -> Any:
    if field.multiple:
        return fitted(field, [cell], numbers_as_text=True)
    if isinstance(cell, bool) and field.type is FieldType.TEXT:
        return str(cell).lower()
    if isinstance(cell, int) and not isinstance(cell, bool) and field.type is FieldType.BOOLEAN and cell in {0, 1}:
        return bool(cell)
    if field.type is FieldType.CATALOGUE and isinstance(cell, int):
        return _single(field, str(cell))
    return fitted(field, cell, numbers_as_text=True)


def _single(field: Field, text: str) -> Any:
    if field.type is FieldType.TEXT:
        return fitted(_one_of(field), text)
    text = text.strip()
    if not text:
        return None
    if field.type is FieldType.BOOLEAN:
        word = text.lower()
        if word not in TRUE | FALSE:
            raise Unfit("must be true or false")
        return word in TRUE
    if field.type is FieldType.CATALOGUE:
        return next((key for key, label in field.catalogue.items() if text in {key, label}), text)
    if field.type in SCALAR:
        return from_text(_one_of(field), text)
    return fitted(_one_of(field), _json(text))


def _one_of(field: Field) -> Field:
    return replace(field, multiple=False) if field.multiple else field


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


def record_of(
    fields: Mapping[str, Field], matching: Sequence[str], cells: Sequence[object], *, typed: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content that a row stands for, and what is wrong in which field; `typed` cells are JSON values."""
    content: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, cell in zip(matching, cells, strict=False):
        if not name or cell is None:
            continue
        try:
            value = cell if typed else value_of(fields[name], cell)
        except Unfit as fault:
            faults[name] = str(fault)
            continue
        if value is not None:
            content[name] = value
    return content, faults
