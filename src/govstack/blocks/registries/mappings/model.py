"""Mappings of fields: one to one, one to many, many to one, each through a chain of conversions (DRS-19)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeAlias

from govstack.blocks.registries.fields.model import Path, path_of, pointer, value_at

RULES_MAX = 200
PLACES_MAX = 20
CONVERSIONS_MAX = 10
TABLE_ROWS_MAX = 1_000
TEXT_CHARACTERS_MAX = 1_000
VALUE_CHARACTERS_MAX = 10_000
PARTS_MAX = 100
DIGITS_MAX = 30
DATE = "YYYY-MM-DD"
_SCALARS = (str, int, float, bool)
_PIECES = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_PIECE = re.compile("|".join(_PIECES))
_FORM = re.compile(r"(?:YYYY|MM|DD|HH|mm|ss|[ T./:,-])+")

Value: TypeAlias = Any
Values: TypeAlias = list[Value]


class Kind(StrEnum):
    """The conversions there are."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes-no"
    DATE = "date"
    JOIN = "join"
    SPLIT = "split"
    UPPER = "upper"
    LOWER = "lower"
    TRIM = "trim"
    CONSTANT = "constant"
    LOOKUP = "lookup"


class MappingError(ValueError):
    """A mapping that cannot be understood; the message says what to change."""


class Unconverted(Exception):
    """A value that a conversion cannot take; the text names fields and rules, never the value itself."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One step: `text` is the separator, the constant, the decimal sign or the form of a date that is read.

    `into` is the form of a date that is written; `table` says what each value becomes, and a value that is not in it
    becomes `text`, or is refused when that is empty.
    """

    kind: Kind
    text: str = ""
    into: str = ""
    table: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """Values of some fields, converted one step after the other, put into some fields."""

    sources: tuple[Path, ...]
    targets: tuple[Path, ...]
    conversions: tuple[Conversion, ...] = ()


def read(value: object) -> tuple[Rule, ...]:
    """Return the rules of a JSON list of {"from": […], "to": […], "convert": […]}; raises MappingError."""
    if not isinstance(value, list) or len(value) > RULES_MAX:
        raise MappingError(f"A mapping is a list of at most {RULES_MAX} rules.")
    return tuple(_rule(one) for one in value)


def _rule(value: object) -> Rule:
    if not isinstance(value, Mapping):
        raise MappingError('A rule is an object with "from", "to" and "convert".')
    sources, targets = _places(value.get("from", []), "from"), _places(value.get("to"), "to")
    steps = value.get("convert", [])
    if not isinstance(steps, list) or len(steps) > CONVERSIONS_MAX:
        raise MappingError(f'"convert" is a list of at most {CONVERSIONS_MAX} conversions.')
    conversions = tuple(_conversion(step) for step in steps)
    if not targets:
        raise MappingError('"to" names at least one field.')
    if not sources and not any(one.kind is Kind.CONSTANT for one in conversions):
        raise MappingError("A rule takes at least one field, or writes a constant.")
    return Rule(sources, targets, conversions)


def _places(value: object, word: str) -> tuple[Path, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > PLACES_MAX:
        raise MappingError(f'"{word}" is a list of at most {PLACES_MAX} fields.')
    for name in listed:
        if not isinstance(name, str) or not name or len(name) > TEXT_CHARACTERS_MAX or "\x00" in name:
            raise MappingError(f'"{word}" names fields, such as FirstName or /Address/Street.')
    return tuple(path_of(name) for name in listed)


def _conversion(value: object) -> Conversion:
    given: Mapping[str, Any] = {"as": value} if isinstance(value, str) else value if isinstance(value, Mapping) else {}
    try:
        kind = Kind(str(given.get("as", "")))
    except ValueError:
        raise MappingError(f"A conversion is one of {', '.join(Kind)}.") from None
    text, into, table = given.get("text", ""), given.get("into", ""), given.get("table", {})
    if not isinstance(text, str) or not isinstance(into, str) or len(text) + len(into) > TEXT_CHARACTERS_MAX:
        raise MappingError(f'"text" and "into" are texts of at most {TEXT_CHARACTERS_MAX} characters.')
    if not isinstance(table, Mapping) or len(table) > TABLE_ROWS_MAX:
        raise MappingError(f'"table" is an object of at most {TABLE_ROWS_MAX} values.')
    if any(not isinstance(one, str) or len(one) > TEXT_CHARACTERS_MAX for pair in table.items() for one in pair):
        raise MappingError('"table" says of texts what text they become.')
    made = Conversion(kind, text, into, dict(table))
    _refuse_incomplete(made)
    return made


def _refuse_incomplete(made: Conversion) -> None:
    if made.kind is Kind.SPLIT and not made.text:
        raise MappingError('"split" needs the "text" that stands between the parts.')
    if made.kind is Kind.LOOKUP and not made.table:
        raise MappingError('"lookup" needs a "table".')
    if made.kind in {Kind.NUMBER, Kind.WHOLE} and made.text not in {"", ".", ","}:
        raise MappingError('The decimal sign of a number is "." or ",".')
    if made.kind is Kind.DATE and not all(_FORM.fullmatch(one) for one in (made.text or DATE, made.into or DATE)):
        raise MappingError("The form of a date is made of YYYY, MM, DD, HH, mm, ss and the signs between them.")


def write(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """Return the JSON list that `read` understands."""
    return [
        {
            "from": [pointer(path) for path in rule.sources],
            "to": [pointer(path) for path in rule.targets],
            "convert": [_written(one) for one in rule.conversions],
        }
        for rule in rules
    ]


def _written(one: Conversion) -> dict[str, object]:
    shown: dict[str, object] = {"as": one.kind.value}
    shown |= {name: given for name, given in (("text", one.text), ("into", one.into)) if given}
    return {**shown, "table": dict(one.table)} if one.table else shown


def applied(rules: Sequence[Rule], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the rules make of a record; a field without a value gives none. Raises Unconverted."""
    made: dict[str, Any] = {}
    for rule in rules:
        values = [value for path in rule.sources if (value := value_at(content, path)) is not None]
        for step in rule.conversions:
            values = _converted(step, values, rule)
        for path, value in _shared(rule, values):
            _put(made, path, value)
    return made


def _converted(step: Conversion, values: Values, rule: Rule) -> Values:
    if step.kind is Kind.CONSTANT:
        return [step.text]
    try:
        if step.kind is Kind.JOIN:
            return [_bounded(step.text.join(map(_text, values)))] if values else []
        if step.kind is Kind.SPLIT:
            return _split(step, values)
        return [_STEPS[step.kind](step, value) for value in values]
    except Unconverted as fault:
        names = ", ".join(map(pointer, rule.sources)) or ", ".join(map(pointer, rule.targets))
        raise Unconverted(f"{names} {fault}") from fault


def _split(step: Conversion, values: Values) -> Values:
    parts = [part.strip() for value in values for part in _text(value).split(step.text)]
    if len(parts) > PARTS_MAX:
        raise Unconverted(f"has more than {PARTS_MAX} parts")
    return [part for part in parts if part]


def _shared(rule: Rule, values: Values) -> list[tuple[Path, Value]]:
    """Return which value goes where: one value to all places, several in their order, as many as there are places."""
    if not values:
        return []
    if len(values) == 1 and not any(one.kind is Kind.SPLIT for one in rule.conversions):
        return [(path, values[0]) for path in rule.targets]
    if len(values) > len(rule.targets):
        names = ", ".join(map(pointer, rule.sources))
        raise Unconverted(f"{names} give more values than there are fields for them; join them")
    return list(zip(rule.targets, values, strict=False))


def _put(made: dict[str, Any], path: Path, value: Value) -> None:
    inside = made
    for name in path[:-1]:
        below = inside.setdefault(name, {})
        if not isinstance(below, dict):
            raise Unconverted(f"{pointer(path)} lies inside a value")
        inside = below
    inside[path[-1]] = value


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, _SCALARS):
        raise Unconverted("holds several values")
    return str(value)


def _bounded(text: str) -> str:
    if len(text) > VALUE_CHARACTERS_MAX:
        raise Unconverted(f"has more than {VALUE_CHARACTERS_MAX} characters")
    return text


def _number(step: Conversion, value: Value) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
    else:
        text = _text(value).strip().replace("\u00a0", "").replace(" ", "")
        text = text.replace(".", "").replace(",", ".") if step.text == "," else text.replace(",", "")
        if not 0 < len(text) <= DIGITS_MAX:
            raise Unconverted("is not a number")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise Unconverted("is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > DIGITS_MAX:
        raise Unconverted("is not a number")
    if number == number.to_integral_value():
        return int(number)
    if step.kind is Kind.WHOLE:
        raise Unconverted("is not a whole number")
    return float(number)


def _yes_no(_: Conversion, value: Value) -> Value:
    if isinstance(value, bool):
        return value
    word = _text(value).strip().lower()
    if word in {"true", "yes", "1", "y"}:
        return True
    if word in {"false", "no", "0", "n"}:
        return False
    raise Unconverted("is neither yes nor no")


def _date(step: Conversion, value: Value) -> Value:
    text = _text(value).strip()
    try:
        moment = datetime.strptime(text, _form(step.text)) if step.text else _iso(text)  # noqa: DTZ007 - a day has no zone
        return moment.strftime(_form(step.into)) if step.into else moment.date().isoformat()
    except ValueError:
        raise Unconverted("is not a date of this form") from None


def _iso(text: str) -> datetime:
    if len(text) > 10:
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text), datetime.min.time())


def _form(form: str) -> str:
    return _PIECE.sub(lambda match: _PIECES[match[0]], form)


def _looked_up(step: Conversion, value: Value) -> Value:
    found = step.table.get(_text(value), step.text)
    if not found:
        raise Unconverted("is not in the table")
    return found


_STEPS: Mapping[Kind, Callable[[Conversion, Value], Value]] = {
    Kind.TEXT: lambda _, value: _text(value),
    Kind.NUMBER: _number,
    Kind.WHOLE: _number,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.UPPER: lambda _, value: _text(value).upper(),
    Kind.LOWER: lambda _, value: _text(value).lower(),
    Kind.TRIM: lambda _, value: _text(value).strip(),
    Kind.LOOKUP: _looked_up,
}
