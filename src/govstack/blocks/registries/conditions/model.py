"""Conditions on records: read from the wire, bound to an actor, compiled to SQL, and held against a record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, TypeAlias

from govstack.blocks.registries.fields.model import (
    NUMERIC,
    SCALAR,
    Field,
    FieldType,
    Path,
    expression,
    path_of,
    pointer,
    reachable,
    value_at,
)

PARTS_MAX = 100
DEPTH_MAX = 8
IN_VALUES_MAX = 200
TEXT_CHARACTERS_MAX = 1_000
INTEGER_MAX = 2**63 - 1

Scalar: TypeAlias = str | int | float | bool
Kinds: TypeAlias = Mapping[Path, FieldType]


class Operator(StrEnum):
    """How a field is compared; PREFIX asks whether text starts so, EXISTS whether there is a value at all."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    PREFIX = "prefix"
    EXISTS = "exists"


_SIGNS = {
    Operator.EQ: "=", Operator.NE: "<>", Operator.LT: "<", Operator.LE: "<=", Operator.GT: ">", Operator.GE: ">=",
}  # fmt: skip
_TRUE, _FALSE = "1 = 1", "1 = 0"
_ORDERED = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against a value, or against an attribute of the actor that is known when the decision is made."""

    path: Path
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts, always."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts, never."""

    parts: tuple[Condition, ...] = ()


Condition: TypeAlias = Comparison | AllOf | AnyOf
ALWAYS = AllOf()
NEVER = AnyOf()


class ConditionError(ValueError):
    """A condition that cannot be understood or does not fit its field; the message says where and why."""


def every(*parts: Condition) -> Condition:
    """Return the condition that all parts hold, as small as it gets."""
    kept = tuple(part for part in parts if part != ALWAYS)
    if NEVER in kept:
        return NEVER
    return kept[0] if len(kept) == 1 else AllOf(kept)


def some(*parts: Condition) -> Condition:
    """Return the condition that at least one part holds, as small as it gets."""
    kept = tuple(dict.fromkeys(part for part in parts if part != NEVER))
    if ALWAYS in kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def kinds_of(fields: Sequence[Field]) -> dict[Path, FieldType]:
    """Return the types of the fields that conditions may compare: one value in one place, not encrypted."""
    return {path: one.type for path, one in reachable(fields) if one.comparable}


def read(value: object, *, depth: int = 1) -> Condition:
    """Return the condition of a JSON value: {"all": […]}, {"any": […]} or {"field", "operator", "value" | "attribute"}.

    Raises ConditionError.
    """
    condition = _read(value, depth)
    if depth == 1 and _count(condition) > PARTS_MAX:
        raise ConditionError(f"A condition has at most {PARTS_MAX} parts.")
    return condition


def _read(value: object, depth: int) -> Condition:
    if not isinstance(value, Mapping) or depth > DEPTH_MAX:
        raise ConditionError(f"A condition is an object, nested at most {DEPTH_MAX} deep.")
    for word, shape in (("all", AllOf), ("any", AnyOf)):
        if word in value:
            parts = value[word]
            if len(value) != 1 or not isinstance(parts, list) or not parts or len(parts) > PARTS_MAX:
                raise ConditionError(f'"{word}" stands alone and holds a list of 1 to {PARTS_MAX} conditions.')
            return shape(tuple(_read(part, depth + 1) for part in parts))
    return _read_comparison(value)


def _read_comparison(value: Mapping[str, object]) -> Comparison:
    name, attribute = value.get("field"), value.get("attribute", "")
    if not isinstance(name, str) or not name or not isinstance(attribute, str):
        raise ConditionError('A comparison has a "field", an "operator" and a "value" or an "attribute".')
    try:
        operator = Operator(str(value.get("operator", "eq")))
    except ValueError:
        raise ConditionError(f"The operator is one of {', '.join(Operator)}.") from None
    given = value.get("value")
    if operator is Operator.EXISTS:
        return Comparison(path_of(name), operator)
    if attribute:
        if operator is Operator.IN:
            raise ConditionError('"in" takes a list of values, not an attribute.')
        return Comparison(path_of(name), operator, attribute=attribute)
    if operator is Operator.IN:
        if not isinstance(given, list | tuple) or not 0 < len(given) <= IN_VALUES_MAX:
            raise ConditionError(f'"in" takes a list of 1 to {IN_VALUES_MAX} values.')
        return Comparison(path_of(name), operator, tuple(_scalar(item, name) for item in given))
    return Comparison(path_of(name), operator, _scalar(given, name))


def _scalar(value: object, name: str) -> Scalar:
    if isinstance(value, str) and len(value) <= TEXT_CHARACTERS_MAX and "\x00" not in value:
        return value
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= INTEGER_MAX):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ConditionError(f"{name}: compare with a short text, a number, or true or false.")


def write(condition: Condition) -> dict[str, object]:
    """Return the JSON value that `read` understands."""
    if isinstance(condition, AllOf | AnyOf):
        return {"all" if isinstance(condition, AllOf) else "any": [write(part) for part in condition.parts]}
    shown: dict[str, object] = {"field": pointer(condition.path), "operator": condition.operator.value}
    if condition.attribute:
        shown["attribute"] = condition.attribute
    elif condition.operator is not Operator.EXISTS:
        shown["value"] = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return shown


def check(condition: Condition, kinds: Kinds) -> None:
    """Raise ConditionError when a field is unknown, cannot be compared, or the value has another type."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            check(part, kinds)
        return
    kind = kinds.get(condition.path)
    if kind is None:
        raise ConditionError(f"{pointer(condition.path)} is no field whose values can be compared.")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    plain = not condition.attribute and condition.operator is not Operator.EXISTS
    if plain and not all(_suits(value, kind) for value in values):
        raise ConditionError(f"{pointer(condition.path)} is of type {kind.value}: the value does not fit.")
    if (condition.operator is Operator.PREFIX and kind in {*NUMERIC, FieldType.BOOLEAN}) or (
        condition.operator in _ORDERED and kind is FieldType.BOOLEAN
    ):
        raise ConditionError(f"{pointer(condition.path)} is of type {kind.value}: {condition.operator} does not fit.")


def bind(condition: Condition, attributes: Mapping[str, str], kinds: Kinds) -> Condition:
    """Return the condition with the actor's attributes put in; a comparison that lacks one never holds."""
    if isinstance(condition, AllOf):
        return every(*(bind(part, attributes, kinds) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return some(*(bind(part, attributes, kinds) for part in condition.parts))
    if not condition.attribute:
        return condition
    text = attributes.get(condition.attribute, "")
    value = _typed(text, kinds.get(condition.path, FieldType.TEXT)) if text and "\x00" not in text else None
    return NEVER if value is None else replace(condition, value=value, attribute="")


def paths(condition: Condition) -> frozenset[Path]:
    """Return the fields a condition looks at."""
    if isinstance(condition, Comparison):
        return frozenset({condition.path})
    return frozenset().union(*(paths(part) for part in condition.parts))


def holds(condition: Condition, content: Mapping[str, object], kinds: Kinds) -> bool:
    """Tell whether a record's content meets a bound condition; a missing or unfit value meets no comparison."""
    if isinstance(condition, AllOf):
        return all(holds(part, content, kinds) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, content, kinds) for part in condition.parts)
    kind = kinds.get(condition.path)
    stored = None if kind is None else _stored(value_at(content, condition.path), kind)
    return kind is not None and stored is not None and _meets(condition, stored, kind)


def _meets(condition: Comparison, stored: Scalar, kind: FieldType) -> bool:
    if condition.operator is Operator.EXISTS:
        return True
    if condition.attribute:
        return False
    if isinstance(condition.value, tuple):
        return any(_suits(value, kind) and stored == value for value in condition.value)
    return _suits(condition.value, kind) and _compare(stored, condition.operator, condition.value, kind)


def _compare(stored: Scalar, operator: Operator, value: object, kind: FieldType) -> bool:
    if operator in {Operator.EQ, Operator.NE}:
        return (stored == value) is (operator is Operator.EQ)
    if isinstance(stored, str) and isinstance(value, str):
        if operator is Operator.PREFIX:
            return stored.startswith(value)
        return _ordered((stored > value) - (stored < value), operator)
    if kind in NUMERIC and not isinstance(stored, str) and isinstance(value, int | float):
        return operator is not Operator.PREFIX and _ordered((stored > value) - (stored < value), operator)
    return False


def _ordered(sign: int, operator: Operator) -> bool:
    return {
        Operator.LT: sign < 0, Operator.LE: sign <= 0, Operator.GT: sign > 0, Operator.GE: sign >= 0,
    }[operator]  # fmt: skip


def sql(
    condition: Condition,
    kinds: Kinds,
    dialect: Literal["sqlite", "postgres"],
    *,
    column: str = "content",
    prefix: str = "c",
) -> tuple[str, dict[str, object]]:
    """Return a bound condition as SQL with its parameters, named after the prefix; it means what `holds` means."""
    compiler = _Compiler(kinds, dialect, column, prefix)
    return compiler.text(condition), compiler.parameters


class _Compiler:
    def __init__(self, kinds: Kinds, dialect: Literal["sqlite", "postgres"], column: str, prefix: str) -> None:
        self._kinds, self._dialect, self._column, self._prefix = kinds, dialect, column, prefix
        self.parameters: dict[str, object] = {}

    def text(self, part: Condition) -> str:
        if isinstance(part, Comparison):
            return self._comparison(part)
        if not part.parts:
            return _TRUE if isinstance(part, AllOf) else _FALSE
        word = " AND " if isinstance(part, AllOf) else " OR "
        return "(" + word.join(self.text(inner) for inner in part.parts) + ")"

    def _comparison(self, part: Comparison) -> str:
        kind = self._kinds.get(part.path)
        if kind is None:
            return _FALSE
        place = expression(part.path, kind, self._dialect, self._column)
        if part.operator is Operator.EXISTS:
            return f"{place} IS NOT NULL"
        given = part.value if isinstance(part.value, tuple) else (part.value,)
        values = [value for value in given if _suits(value, kind)]
        if part.attribute or not values:
            return _FALSE
        if part.operator is Operator.IN:
            return f"{place} IN ({', '.join(self._named(value) for value in values)})"
        return self._single(place, part.operator, values[0], kind)

    def _single(self, place: str, operator: Operator, value: object, kind: FieldType) -> str:
        if operator is Operator.PREFIX:
            if not isinstance(value, str):
                return _FALSE
            name = self._named(value)
            # The first half can use an index, the second decides; LIKE differs between the databases in letter case.
            return f"({place} >= {name} AND substr({place}, 1, {len(value)}) = {name})"
        if operator in _ORDERED and kind is FieldType.BOOLEAN:
            return _FALSE
        return f"{place} {_SIGNS[operator]} {self._named(value)}"

    def _named(self, value: object) -> str:
        name = f"{self._prefix}{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"


def _stored(value: object, kind: FieldType) -> Scalar | None:
    """Return a stored value as SQL sees it: text of any scalar for text, the value itself for numbers and truth."""
    if kind is FieldType.BOOLEAN:
        return value if isinstance(value, bool) else None
    if kind in NUMERIC:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _suits(value: object, kind: FieldType) -> bool:
    if kind not in SCALAR:
        return False
    if kind is FieldType.BOOLEAN:
        return isinstance(value, bool)
    if kind in NUMERIC:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _typed(text: str, kind: FieldType) -> Scalar | None:
    if kind is FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(text)
    if kind not in NUMERIC:
        return text
    try:
        number = int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= INTEGER_MAX else None


def _count(condition: Condition) -> int:
    return 1 if isinstance(condition, Comparison) else 1 + sum(_count(part) for part in condition.parts)
