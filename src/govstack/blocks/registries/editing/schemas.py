"""Values as the texts of a form, and what was sent as values again, or what is wrong (DRS-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec

from govstack.blocks.registries.checking.model import fault_of
from govstack.blocks.registries.contents.model import DOCUMENT_ID, Unfit, fitted, from_text, text_of
from govstack.blocks.registries.design.model import Field, FieldType, Path, path_of
from govstack.blocks.registries.editing.model import ROWS_MAX, count_of, inputs_of, name_of
from govstack.blocks.registries.frame.presenters import Words, label_of, lines
from govstack.kernel import clock
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.web import clocks

Texts = dict[str, str]
Form = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]
Errors = dict[str, str]
FILE_PARTS = ("originalName", "url", "type")


def texts_of(fields: Sequence[Field], content: Mapping[str, Any], row: str = "") -> Texts:
    """Return a record's values as the texts of its form."""
    found: Texts = {}
    for one in fields:
        found |= _texts(one, content.get(one.name), row)
    return found


def _texts(one: Field, value: Any, row: str) -> Texts:
    name = name_of(one, row)
    if one.type is FieldType.GROUP and one.fields:
        return texts_of(one.fields, value if isinstance(value, Mapping) else {}, row)
    if one.type is FieldType.LIST and one.fields:
        items = value if isinstance(value, list) else []
        found: Texts = {count_of(one, row): str(len(items))}
        for place, item in enumerate(items[:ROWS_MAX]):
            found |= texts_of(one.fields, item if isinstance(item, Mapping) else {}, f"{row}-{place}")
        return found
    if one.multiple:
        return {name: "\n".join(map(_text, value)) if isinstance(value, list) else ""}
    return _single_texts(one, name, value)


def _single_texts(one: Field, name: str, value: Any) -> Texts:
    if one.type in {FieldType.DATE, FieldType.DATETIME}:
        day, _sign, time = _on_clocks(str(value or "")).partition("T")
        parts = {f"{name}-year": day[:4], f"{name}-month": day[5:7], f"{name}-day": day[8:10]}
        return {**parts, f"{name}-time": time}
    if one.type is FieldType.FILE:
        told = value if isinstance(value, Mapping) else {}
        return {
            **{f"{name}-{part}": str(told.get(part, "")) for part in FILE_PARTS},
            name: str(told.get(DOCUMENT_ID, "")),
        }
    if one.type is FieldType.GEOPOINT:
        places = value.get("coordinates", []) if isinstance(value, Mapping) else []
        return {f"{name}-latitude": _text(places[1]), f"{name}-longitude": _text(places[0])} if places else {}
    return {name: _text(value)}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else text_of(value)


def read(
    words: Words, fields: Sequence[Field], form: Form, lists: Lists, row: str = ""
) -> tuple[dict[str, Any], Errors]:
    """Return the values that a form gives, without the empty ones, and what is wrong, by input."""
    content: dict[str, Any] = {}
    errors: Errors = {}
    for one in fields:
        name = name_of(one, row)
        label = label_of(one, words.language)
        try:
            value, wrong = _value(words, one, form, lists, row)
        except Unfit as fault:
            value, wrong = None, {name: words.fault(label, str(fault))}
        if not wrong and value is not None and (fault_text := fault_of(one, value)):
            wrong = {name: words.fault(label, fault_text)}
        if not wrong and value is None and one.required and one.default is None and not one.triggers:
            wrong = {name: words(_("Enter {label}"), label=label)} if not one.fields else {}
        errors |= wrong
        if value is not None:
            content[one.name] = value
    return content, errors


def _value(words: Words, one: Field, form: Form, lists: Lists, row: str) -> tuple[Any, Errors]:
    name = name_of(one, row)
    if one.type is FieldType.GROUP and one.fields:
        inner, errors = read(words, _optional(one, form, lists, row), form, lists, row)
        return inner or None, errors
    if one.type is FieldType.LIST and one.fields:
        return _rows(words, one, form, lists, row)
    if one.multiple:
        given = [text for text in lists.get(name, ()) if text.strip()]
        values = given if one.choices or one.catalogue else lines(form.get(name, ""))
        return fitted(one, [from_text(replace(one, multiple=False), text) for text in values]) or None, {}
    reader = _READERS.get(one.type)
    if reader is not None:
        return reader(one, name, form), {}
    text = form.get(name, "").strip()
    return (from_text(one, text) if text else None), {}


def _optional(one: Field, form: Form, lists: Lists, row: str) -> Sequence[Field]:
    """Return the fields of a group: when all of a group that is not required is empty, none of them is asked for."""
    names = tuple(name_of(inner, row) for inner in one.fields)
    given = [name for name, values in lists.items() if any(value.strip() for value in values)]
    filled = any(name in names or name.startswith(tuple(f"{inner}-" for inner in names)) for name in given)
    return one.fields if filled or one.required else [replace(inner, required=False) for inner in one.fields]


def _rows(words: Words, one: Field, form: Form, lists: Lists, row: str) -> tuple[Any, Errors]:
    content, errors = [], Errors()
    for place in range(row_count(one, form, row)):
        inside = f"{row}-{place}"
        inner, wrong = read(words, one.fields, form, lists, inside)
        if inner:
            content.append(inner)
            errors |= wrong
    return content or None, errors


def _on_clocks(text: str) -> str:
    """Return a kept moment as the clocks of the country show it; a day, and what is no moment, as it is."""
    try:
        return clocks.shown(clock.parse(text)).isoformat() if "T" in text else text
    except ValueError:
        return text.removesuffix("Z")


def row_count(one: Field, form: Form, row: str = "") -> int:
    """Return how many rows of a grid a form has."""
    text = form.get(count_of(one, row), "")
    return min(int(text), ROWS_MAX) if text.isdecimal() and len(text) < 5 else 0


def _date(_one: Field, name: str, form: Form) -> str | None:
    parts = [form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except (ValueError, OverflowError) as error:
        raise Unfit("must be a real date") from error


def _moment(one: Field, name: str, form: Form) -> str | None:
    day, time = _date(one, name, form), form.get(f"{name}-time", "").strip()
    if day is None and not time:
        return None
    told = f"{day}T{time or '00:00'}"
    try:
        wall = datetime.fromisoformat(told)
        moment = clocks.meant(wall) if wall.tzinfo is None else wall
    except ValueError:
        moment = None
    # A text without a zone is none that fits: it is refused in the words of every such field.
    kept: str = fitted(replace(one, multiple=False), moment.isoformat() if moment else told)
    return kept


def _file(one: Field, name: str, form: Form) -> Any:
    number = form.get(name, "").strip()
    if number:
        return fitted(one, {DOCUMENT_ID: int(number) if number.isdecimal() else number})
    told = {part: form.get(f"{name}-{part}", "").strip() for part in FILE_PARTS}
    return fitted(one, told) if told["originalName"] or told["url"] else None


def _point(one: Field, name: str, form: Form) -> Any:
    texts = [form.get(f"{name}-{part}", "").strip().replace(",", ".") for part in ("longitude", "latitude")]
    if not any(texts):
        return None
    try:
        places = [msgspec.json.decode(text, type=float) if "." in text else int(text) for text in texts]
    except (msgspec.DecodeError, ValueError) as error:
        raise Unfit("must hold coordinates: longitude from -180 to 180, then latitude from -90 to 90") from error
    return fitted(one, {"type": "Point", "coordinates": places})


_READERS: Mapping[FieldType, Callable[[Field, str, Form], Any]] = {
    FieldType.DATE: _date,
    FieldType.DATETIME: _moment,
    FieldType.FILE: _file,
    FieldType.GEOPOINT: _point,
}


def wrong(words: Words, fields: Sequence[Field], problem: Problem) -> Errors:
    """Return what a service refuses as the errors of inputs; what belongs to none stands for the whole form."""
    places, labels = inputs_of(fields), _labels(fields, words.language)
    errors: Errors = {}
    for where, why in problem.fields.items():
        paths = [path_of(part) if part.startswith("/") else (part,) for part in where.split("+")]
        known = [path for path in paths if path in places]
        said = words.named([labels.get(path, path[-1]) for path in paths])
        errors[places[known[0]] if known else ""] = words.fault(said, why)
    return errors or {"": words.said(problem.detail)}


def _labels(fields: Sequence[Field], language: str, above: Path = ()) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for one in fields:
        found[*above, one.name] = label_of(one, language)
        found |= _labels(one.fields, language, (*above, one.name))
    return found
