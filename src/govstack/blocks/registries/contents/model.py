"""Checks what somebody writes against the fields of a registry, and brings it into the one form that is stored."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

import msgspec
import re2

from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.fields.model import (
    NUMERIC,
    Field,
    FieldType,
    Path,
    pointer,
)

JSON_DEPTH_MAX = 16
VALUES_MAX = 1_000
WHOLE_NUMBER_MAX = 2**63 - 1
EXACT_WHOLE_MAX = 2**53
PATTERN_MEMORY_BYTES_MAX = 1 << 20
SEALED = "$sealed"
PRINT = "print"
MASKED = "********"
DOCUMENT_ID = "$documentId"
FILE_TYPES = frozenset(
    {
        "application/pdf", "image/jpeg", "image/png", "image/gif", "image/tiff", "image/bmp", "image/x-ms-bmp",
        "application/rtf", "text/rtf", "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)  # fmt: skip
SHAPES = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})

Faults = dict[str, str]


class Unfit(Exception):
    """A value does not fit its field; the text completes the sentence that the field's name begins."""


def text_of(content: object) -> str:
    """Return content as the JSON text that is stored."""
    return msgspec.json.encode(content).decode()


def normal(value: object, depth: int = 0) -> Any:
    """Return a JSON value in its one form: whole numbers without a fraction, keys of nested objects in order.

    Both databases give this form back as it was stored, so that digests of records can be compared.
    """
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return _number(value)
    if depth >= JSON_DEPTH_MAX:
        raise Unfit(f"is nested deeper than {JSON_DEPTH_MAX} levels")
    if isinstance(value, Mapping):
        return {_storable(str(key)): normal(value[key], depth + 1) for key in sorted(value, key=str)}
    if isinstance(value, Sequence):
        return [normal(one, depth + 1) for one in value]
    raise Unfit("holds a value that is not JSON")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise Unfit("holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Unfit("holds half a character") from error
    return text


def _whole(value: int) -> int:
    if abs(value) > WHOLE_NUMBER_MAX:
        raise Unfit("is a number too large to keep exactly; send it as text")
    return value


def _number(value: float) -> int | float:
    if not math.isfinite(value) or abs(value) > WHOLE_NUMBER_MAX:
        raise Unfit("is a number too large to keep exactly; send it as text")
    return int(value) if value.is_integer() and abs(value) <= EXACT_WHOLE_MAX else value


def fitted(field: Field, value: object, *, numbers_as_text: bool = False) -> Any:
    """Return a value in the form in which its field keeps it; raises Unfit when it does not fit the field's type."""
    if field.multiple:
        if not isinstance(value, list):
            raise Unfit("must be a list")
        if len(value) > VALUES_MAX:
            raise Unfit(f"holds more than {VALUES_MAX} values")
        return [_one(field, one, numbers_as_text) for one in value if one is not None]
    return _one(field, value, numbers_as_text)


def _one(field: Field, value: object, numbers_as_text: bool) -> Any:
    if field.secret and is_sealed(value):
        # Nobody plants what looks encrypted and could never be opened.
        raise Unfit("must be sent in clear")
    if field.type is FieldType.TEXT:
        if isinstance(value, str):
            return _storable(value)
        if numbers_as_text and isinstance(value, int | float) and not isinstance(value, bool):
            return str(_number(float(value)) if isinstance(value, float) else _whole(value))
        raise Unfit("must be text")
    return _FIT[field.type](field, value)


def _fit_integer(_: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise Unfit("must be a whole number")
    return _whole(int(value))


def _fit_number(_: Field, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("must be a number")
    return _whole(value) if isinstance(value, int) else _number(value)


def _fit_boolean(_: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit("must be true or false")
    return value


def _fit_date(_: Field, value: object) -> str:
    if isinstance(value, str):
        try:
            # Published samples put a moment where the schema says date; the day is what counts.
            if len(value) > 10:
                return datetime.fromisoformat(value).date().isoformat()
            if len(value) == 10:
                return _day(value)
        except ValueError:
            pass
    raise Unfit("must be a date such as 2026-11-21")


@lru_cache(maxsize=100_000)
def _day(text: str) -> str:
    """Return a day in its one form; a register of people has the same birthdays over and over."""
    return date.fromisoformat(text).isoformat()


def _fit_time(_: Field, value: object) -> str:
    try:
        if isinstance(value, str) and ":" in value:
            time.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise Unfit("must be a time such as 21:30 or 21:30:00")


def _fit_moment(_: Field, value: object) -> str:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unfit("must be a moment with its time zone such as 2026-11-21T21:30:00Z")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _fit_catalogue(_: Field, value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("must be a key of the catalogue")
    return value


def _fit_file(field: Field, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise Unfit("must be a file: url, originalName and type, or $documentId")
    document = value.get(DOCUMENT_ID)
    if isinstance(document, int | str) and not isinstance(document, bool):
        return {DOCUMENT_ID: document}
    named = {name: value.get(name) for name in ("originalName", "type", "url")}
    if not all(isinstance(part, str) and part for part in named.values()):
        raise Unfit("must be a file: url, originalName and type, or $documentId")
    if not str(named["url"]).startswith(("https://", "http://", "/")):
        raise Unfit("must name its file by an address that starts with https://, http:// or /")
    allowed = frozenset(field.file_types) or FILE_TYPES
    if named["type"] not in allowed:
        raise Unfit(f"must be of one of the types {', '.join(sorted(allowed))}")
    return dict(named)


def _fit_shape(field: Field, value: object) -> Any:
    kinds = {"Point"} if field.type is FieldType.GEOPOINT else SHAPES
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        raise Unfit(f"must be a GeoJSON object of type {' or '.join(sorted(kinds))}")
    places = value.get("coordinates")
    if not isinstance(places, list) or not places or not _are_places(places, 0):
        raise Unfit("must hold coordinates: longitude from -180 to 180, then latitude from -90 to 90")
    return {"coordinates": normal(places), "type": value["type"]}


def _are_places(places: list[object], depth: int) -> bool:
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in places):
        numbers = [float(one) for one in places if isinstance(one, int | float)]
        return len(numbers) in {2, 3} and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90
    return depth < 4 and all(isinstance(one, list) and one and _are_places(one, depth + 1) for one in places)


def _fit_rows(field: Field, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("must be a list")
    if len(value) > VALUES_MAX:
        raise Unfit(f"holds more than {VALUES_MAX} rows")
    if not field.fields:
        return [normal(one) for one in value]
    return [_fit_group(field, one) for one in value]


def _fit_group(field: Field, value: object) -> Any:
    if not isinstance(value, Mapping):
        # Published schemas declare a text and give it properties; such a field takes either.
        if field.declared and isinstance(value, str):
            return value
        raise Unfit("must be an object")
    inner: dict[str, Any] = {}
    for one in field.fields:
        given = value.get(one.name)
        if given is None:
            continue
        try:
            inner[one.name] = fitted(one, given)
        except Unfit as fault:
            raise Unfit(f"/ {one.name} {fault}") from fault
    return inner


_FIT: Mapping[FieldType, Callable[[Field, object], Any]] = {
    FieldType.INTEGER: _fit_integer,
    FieldType.NUMBER: _fit_number,
    FieldType.BOOLEAN: _fit_boolean,
    FieldType.DATE: _fit_date,
    FieldType.TIME: _fit_time,
    FieldType.DATETIME: _fit_moment,
    FieldType.CATALOGUE: _fit_catalogue,
    FieldType.FILE: _fit_file,
    FieldType.JSON: lambda _, value: normal(value),
    FieldType.LIST: _fit_rows,
    FieldType.GROUP: _fit_group,
    FieldType.GEOPOINT: _fit_shape,
    FieldType.GEOSHAPE: _fit_shape,
}


def from_text(field: Field, text: str) -> Any:
    """Return the value that a text stands for in a field, as queries and triggers give it; raises Unfit."""
    if field.type in NUMERIC:
        try:
            number = float(text) if any(mark in text for mark in ".eE") else int(text)
        except ValueError as error:
            raise Unfit("must be a number") from error
        return _one(field, number, numbers_as_text=False)
    if field.type is FieldType.BOOLEAN:
        if text.lower() not in {"true", "false", "1", "0"}:
            raise Unfit("must be true or false")
        return text.lower() in {"true", "1"}
    if field.type in _STRUCTURED:
        try:
            return _one(field, msgspec.json.decode(text), numbers_as_text=False)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unfit("must be JSON") from error
    return _one(field, text, numbers_as_text=False)


_STRUCTURED = frozenset(
    {FieldType.FILE, FieldType.JSON, FieldType.LIST, FieldType.GROUP, FieldType.GEOPOINT, FieldType.GEOSHAPE}
)


def fault_of(field: Field, value: object) -> str:
    """Return which rule of its field a fitting value breaks, or nothing: limits, pattern, choices (DRS-17)."""
    if type(value) is str:
        return _fault_of_text(field, value)
    for one in value if field.multiple and isinstance(value, list) else (value,):
        if isinstance(one, str):
            fault = _fault_of_text(field, one)
        elif isinstance(one, int | float) and not isinstance(one, bool):
            fault = _fault_of_number(field, one)
        else:
            fault = ""
        if fault:
            return fault
    return ""


def _fault_of_text(field: Field, text: str) -> str:
    if field.length_max is not None and len(text) > field.length_max:
        return f"must have at most {field.length_max} characters"
    if field.length_min is not None and len(text) < field.length_min:
        return f"must have at least {field.length_min} characters"
    if field.pattern and not matches(field.pattern, text):
        return "does not have the form that the schema demands"
    allowed = field.choices or tuple(field.catalogue)
    if allowed and text not in allowed:
        return f"must be one of {', '.join(allowed[:12])}{' …' if len(allowed) > 12 else ''}"
    return ""


def _fault_of_number(field: Field, number: float) -> str:
    if field.minimum is not None and number < field.minimum:
        return f"must be at least {field.minimum:g}"
    if field.maximum is not None and number > field.maximum:
        return f"must be at most {field.maximum:g}"
    if field.choices and str(number) not in field.choices:
        return f"must be one of {', '.join(field.choices[:12])}"
    return ""


@lru_cache(maxsize=1_000)
def expression_of(pattern: str) -> Any:
    """Return a compiled pattern, which takes linear time whatever it is; raises Unfit when it is none."""
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY_BYTES_MAX
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise Unfit("is not a pattern that can be searched for") from error


def matches(pattern: str, text: str) -> bool:
    """Tell whether a whole text has the form of a pattern."""
    return expression_of(pattern).fullmatch(text) is not None


def merged(fields: Sequence[Field], stored: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored content with given values put over it: null takes a value away, groups are merged inside.

    Fields that this version of the schema does not know stay as they are, so that other versions find them (DRS-4).
    """
    groups = {one.name for one in fields if one.type is FieldType.GROUP and not one.multiple}
    result = dict(stored)
    for name, value in given.items():
        if value is None:
            result.pop(name, None)
        elif name in groups and isinstance(value, Mapping) and isinstance(stored.get(name), Mapping):
            field = next(one for one in fields if one.name == name)
            result[name] = merged(field.fields, stored[name], value)
        else:
            result[name] = value
    return result


def accepted(
    fields: Sequence[Field], given: Mapping[str, object], *, numbers_as_text: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Return the given values in their stored form, nulls kept as "take away", and the names no field carries.

    Raises InvalidContent for values of a wrong type, naming each field.
    """
    values: dict[str, Any] = {}
    faults: Faults = {}
    for name, field, is_plain in _named_fields(fields):
        if name not in given:
            continue
        value = given[name]
        if value is None or (is_plain and type(value) is str and value.isascii() and "\x00" not in value):
            values[name] = value  # most values of most registries need no more
            continue
        try:
            values[name] = fitted(field, value, numbers_as_text=numbers_as_text)
        except Unfit as fault:
            faults[name] = str(fault)
    if faults:
        raise InvalidContent(faults)
    return values, [] if len(values) == len(given) else [name for name in given if name not in values]


_NAMED: dict[int, tuple[Sequence[Field], tuple[tuple[str, Field, bool], ...]]] = {}


def _named_fields(fields: Sequence[Field]) -> tuple[tuple[str, Field, bool], ...]:
    """Return fields with their names and whether they hold plain text, so that loading millions asks but once."""
    known = _NAMED.get(id(fields))
    if known is not None and known[0] is fields:
        return known[1]
    named = tuple((one.name, one, one.type is FieldType.TEXT and not one.multiple) for one in fields)
    if len(_NAMED) >= RULED_KEPT_MAX:
        _NAMED.clear()
    _NAMED[id(fields)] = (fields, named)
    return named


def kept(fields: Sequence[Field], values: dict[str, Any], stored: Mapping[str, Any] | None) -> None:
    """Drop from values what callers cannot set: read-only fields once stored or filled by triggers (DRS-17).

    Raises InvalidContent when an immutable field would change.
    """
    faults: Faults = {}
    for field in fields:
        if field.name not in values:
            continue
        if field.read_only and (field.triggers or (stored is not None and field.name in stored)):
            del values[field.name]
        elif field.immutable and stored and stored.get(field.name, values[field.name]) != values[field.name]:
            faults[field.name] = "cannot be changed once it is set"
    if faults:
        raise InvalidContent(faults)


def check(fields: Sequence[Field], content: Mapping[str, Any]) -> None:
    """Check whole content before it is stored; raises InvalidContent naming every field that breaks a rule."""
    faults: Faults = {}
    _collect(fields, content, (), faults)
    if faults:
        raise InvalidContent(faults)


_RULED: dict[int, tuple[Sequence[Field], tuple[Field, ...]]] = {}
RULED_KEPT_MAX = 1_000


def _ruled(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields that have any rule or parts, so that loading millions looks at no others."""
    known = _RULED.get(id(fields))
    if known is not None and known[0] is fields:
        return known[1]
    ruled = tuple(one for one in fields if one.required or one.fields or _has_rules(one))
    if len(_RULED) >= RULED_KEPT_MAX:
        _RULED.clear()
    _RULED[id(fields)] = (fields, ruled)
    return ruled


def _has_rules(one: Field) -> bool:
    limits = (one.minimum, one.maximum, one.length_min, one.length_max)
    return any(limit is not None for limit in limits) or bool(one.pattern or one.choices or one.catalogue)


def _collect(fields: Sequence[Field], content: Mapping[str, Any], above: Path, faults: Faults) -> None:
    for field in _ruled(fields):
        value = content.get(field.name)
        if value is None or (field.required and value in ("", [])):
            if field.required:
                faults[_named((*above, field.name))] = "is required"
            continue
        if field.secret and is_sealed(value):
            continue
        fault = fault_of(field, value)
        if fault:
            faults[_named((*above, field.name))] = fault
        elif field.fields:
            for row in value if isinstance(value, list) else (value,):
                if isinstance(row, Mapping):
                    _collect(field.fields, row, (*above, field.name), faults)


def _named(path: Path) -> str:
    return path[0] if len(path) == 1 else pointer(path)


def is_sealed(value: object) -> bool:
    """Tell whether a stored value is encrypted."""
    return isinstance(value, Mapping) and SEALED in value


def holds_sealed(value: object) -> bool:
    """Tell whether a stored value is encrypted, or a part of it is."""
    if isinstance(value, Mapping):
        return SEALED in value or any(map(holds_sealed, value.values()))
    return isinstance(value, list) and any(map(holds_sealed, value))


def masked(field: Field, value: object) -> object:
    """Return a blinded value as callers without the right see it (DRS-17).

    In a mask, `*` hides a character and any other sign shows it, counted from the end: `*###` shows the last three.
    Without a mask nothing shows, not even the length. Values that are no text are left out.
    """
    if isinstance(value, list):
        return [masked(field, one) for one in value if isinstance(one, str)]
    if not isinstance(value, str):
        return None
    if not field.mask:
        return MASKED
    signs = field.mask[-len(value) :].rjust(len(value), "*") if value else ""
    return "".join("*" if sign == "*" else character for sign, character in zip(signs, value, strict=True))
