"""Brings what somebody writes into the one form that is stored, by the types of a registry's fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from typing import Any, TypeAlias

import msgspec
import re2

from govstack.blocks.registries.fields.model import NUMERIC, Field, FieldType

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

Fit: TypeAlias = Callable[[Any], Any]


class Unfit(Exception):
    """A value does not fit its field; the text completes the sentence that the field's name begins."""


_ENCODER = msgspec.json.Encoder()


def text_of(content: object) -> str:
    """Return content as the JSON text that is stored."""
    return _ENCODER.encode(content).decode()


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


def fitter(field: Field, *, numbers_as_text: bool = False) -> Fit:
    """Return what brings a value into the form in which a field keeps it; that raises Unfit for a wrong type."""
    one = _fitter_of_one(field, numbers_as_text)
    return partial(_fit_several, one) if field.multiple else one


def fitted(field: Field, value: object, *, numbers_as_text: bool = False) -> Any:
    """Return a value in the form in which its field keeps it; raises Unfit when it does not fit the field's type."""
    return fitter(field, numbers_as_text=numbers_as_text)(value)


def _fitter_of_one(field: Field, numbers_as_text: bool = False) -> Fit:
    """Return what fits a single value of a field."""
    fit: Fit
    if field.type is FieldType.TEXT:
        fit = _fit_text_or_number if numbers_as_text else _fit_text
    elif field.type in _FIT_BY_FIELD:
        fit = partial(_FIT_BY_FIELD[field.type], field)
    elif field.type in {FieldType.GROUP, FieldType.LIST}:
        inner = [(one.name, fitter(one)) for one in field.fields]
        fit = partial(_fit_group if field.type is FieldType.GROUP else _fit_rows, field, inner)
    else:
        fit = _FIT[field.type]
    return partial(_fit_clear, fit) if field.secret else fit


def _fit_several(fit: Fit, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("must be a list")
    if len(value) > VALUES_MAX:
        raise Unfit(f"holds more than {VALUES_MAX} values")
    return [fit(one) for one in value if one is not None]


def _fit_clear(fit: Fit, value: object) -> Any:
    if is_sealed(value):
        # Nobody plants what looks encrypted and could never be opened.
        raise Unfit("must be sent in clear")
    return fit(value)


def _fit_text(value: object) -> str:
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _storable(value)
    raise Unfit("must be text")


def _fit_text_or_number(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(_number(value) if isinstance(value, float) else _whole(value))
    return _fit_text(value)


def _fit_integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise Unfit("must be a whole number")
    return _whole(int(value))


def _fit_number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("must be a number")
    return _whole(value) if isinstance(value, int) else _number(value)


def _fit_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit("must be true or false")
    return value


def _fit_date(value: object) -> str:
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


def _fit_time(value: object) -> str:
    try:
        if isinstance(value, str) and ":" in value:
            time.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise Unfit("must be a time such as 21:30 or 21:30:00")


def _fit_moment(value: object) -> str:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 10 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unfit("must be a moment with its time zone such as 2026-11-21T21:30:00Z")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _fit_catalogue(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("must be a key of the catalogue")
    return value


def _fit_file(field: Field, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise Unfit("must be a file: url, originalName and type, or $documentId")
    document = value.get(DOCUMENT_ID)
    if isinstance(document, int | str) and not isinstance(document, bool):
        return {DOCUMENT_ID: normal(document)}
    named = {name: value.get(name) for name in ("originalName", "type", "url")}
    if not all(isinstance(part, str) and part for part in named.values()):
        raise Unfit("must be a file: url, originalName and type, or $documentId")
    if not str(named["url"]).startswith(("https://", "http://", "/")):
        raise Unfit("must name its file by an address that starts with https://, http:// or /")
    allowed = frozenset(field.file_types) or FILE_TYPES
    if named["type"] not in allowed:
        raise Unfit(f"must be of one of the types {', '.join(sorted(allowed))}")
    return {name: _storable(str(part)) for name, part in named.items()}


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


def _fit_rows(field: Field, inner: Sequence[tuple[str, Fit]], value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("must be a list")
    if len(value) > VALUES_MAX:
        raise Unfit(f"holds more than {VALUES_MAX} rows")
    if not inner:
        return [normal(one) for one in value]
    return [_fit_group(field, inner, one) for one in value]


def _fit_group(field: Field, inner: Sequence[tuple[str, Fit]], value: object) -> Any:
    if not isinstance(value, Mapping):
        # Published schemas declare a text and give it properties; such a field takes either.
        if field.declared and isinstance(value, str):
            return _storable(value)
        raise Unfit("must be an object")
    group: dict[str, Any] = {}
    for name, fit in inner:
        given = value.get(name)
        if given is None:
            continue
        try:
            group[name] = fit(given)
        except Unfit as fault:
            raise Unfit(f"/ {name} {fault}") from fault
    return group


_FIT: Mapping[FieldType, Fit] = {
    FieldType.INTEGER: _fit_integer,
    FieldType.NUMBER: _fit_number,
    FieldType.BOOLEAN: _fit_boolean,
    FieldType.DATE: _fit_date,
    FieldType.TIME: _fit_time,
    FieldType.DATETIME: _fit_moment,
    FieldType.CATALOGUE: _fit_catalogue,
    FieldType.JSON: normal,
}
_FIT_BY_FIELD: Mapping[FieldType, Callable[[Field, object], Any]] = {
    FieldType.FILE: _fit_file,
    FieldType.GEOPOINT: _fit_shape,
    FieldType.GEOSHAPE: _fit_shape,
}


def text_reader(field: Field) -> Callable[[str], Any]:
    """Return what reads a single value of a field from text, as tables, queries and triggers give it; it raises Unfit.

    Text is not read as JSON unless the type holds structures.
    """
    fit = _fitter_of_one(field)
    if field.type in NUMERIC:
        return partial(_read_number, fit)
    if field.type is FieldType.BOOLEAN:
        return _read_truth
    return partial(_read_json, fit) if field.type in _STRUCTURED else fit


def from_text(field: Field, text: str) -> Any:
    """Return the single value that a text stands for in a field; raises Unfit."""
    return text_reader(field)(text)


def _read_number(fit: Fit, text: str) -> Any:
    try:
        number = float(text) if any(mark in text for mark in ".eE") else int(text)
    except ValueError as error:
        raise Unfit("must be a number") from error
    return fit(number)


def _read_truth(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise Unfit("must be true or false")
    return text.lower() in {"true", "1"}


def _read_json(fit: Fit, text: str) -> Any:
    try:
        return fit(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unfit("must be JSON") from error


_STRUCTURED = frozenset(
    {FieldType.FILE, FieldType.JSON, FieldType.LIST, FieldType.GROUP, FieldType.GEOPOINT, FieldType.GEOSHAPE}
)


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
