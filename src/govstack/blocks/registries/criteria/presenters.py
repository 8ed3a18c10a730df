"""A condition on records as a form and in words: a few comparisons joined by and/or, or the condition as JSON."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.registries.conditions.model import (
    ALWAYS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    ConditionError,
    Operator,
    Scalar,
    check,
    kinds_of,
)
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.contents.model import Unfit, from_text
from govstack.blocks.registries.design.model import Field, FieldType, Registry, path_of, pointer, reachable
from govstack.blocks.registries.fields.model import NUMERIC
from govstack.blocks.registries.frame.presenters import Words, path_label
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Errors = dict[str, str]
ROWS = 4
ATTRIBUTE = "@"
OPERATORS: Mapping[Operator, str] = {
    Operator.EQ: _("is"),
    Operator.NE: _("is not"),
    Operator.IN: _("is one of"),
    Operator.PREFIX: _("starts with"),
    Operator.GE: _("is at least"),
    Operator.GT: _("is more than"),
    Operator.LE: _("is at most"),
    Operator.LT: _("is less than"),
    Operator.EXISTS: _("has a value"),
}


def operators(words: Words) -> list[tuple[str, str]]:
    """Return the comparisons as choices."""
    return [(one.value, words(label)) for one, label in OPERATORS.items()]


def places(registry: Registry, language: str) -> list[tuple[str, str]]:
    """Return the fields that conditions may compare, as choices."""
    return [
        (pointer(path), path_label(registry, path, language))
        for path, one in reachable(registry.fields)
        if one.comparable
    ]


def condition_form(condition: Condition) -> dict[str, str]:
    """Return a condition as the texts of its form; one that is nested deeper stands as JSON."""
    join = "any" if isinstance(condition, AnyOf) and condition.parts else "all"
    parts = (condition,) if isinstance(condition, Comparison) else condition.parts
    flat = [part for part in parts if isinstance(part, Comparison)]
    shown = {"join": join, "condition": ""}
    fits = len(flat) == len(parts) <= ROWS
    if not fits:
        shown["condition"] = msgspec.json.encode(write_condition(condition)).decode()
    for row in range(ROWS):
        one = flat[row] if fits and row < len(flat) else None
        shown[f"field-{row}"] = pointer(one.path) if one else ""
        shown[f"operator-{row}"] = one.operator.value if one else Operator.EQ.value
        shown[f"value-{row}"] = field_text(one) if one else ""
    return shown


def field_text(one: Comparison) -> str:
    """Return a comparison's value as its field takes it: several with commas between."""
    if one.attribute:
        return ATTRIBUTE + one.attribute
    if isinstance(one.value, tuple):
        return ", ".join(map(_scalar, one.value))
    return "" if one.value is None else _scalar(one.value)


def _scalar(value: Scalar) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def read_condition_form(words: Words, form: Form, registry: Registry) -> tuple[Condition, Errors]:
    """Return the condition that a form describes, and what is wrong; nothing filled in means every record."""
    if form.get("condition", "").strip():
        return _read_json(words, form["condition"], registry)
    parts: list[Condition] = []
    errors: Errors = {}
    for row in range(ROWS):
        name = form.get(f"field-{row}", "")
        one = registry.field(name) if name else None
        if one is None:
            continue
        try:
            parts.append(_comparison(name, one, form.get(f"operator-{row}", ""), form.get(f"value-{row}", "").strip()))
            check(parts[-1], kinds_of(registry.fields))
        except Unfit as fault:
            errors[f"value-{row}"] = words.fault(words(_("The value")), str(fault))
        except ConditionError:
            errors[f"operator-{row}"] = words(_("This comparison does not fit the field"))
    if errors or not parts:
        return ALWAYS, errors
    if len(parts) == 1:
        return parts[0], {}
    return (AnyOf(tuple(parts)) if form.get("join") == "any" else AllOf(tuple(parts))), {}


def _comparison(name: str, one: Field, operator: str, text: str) -> Comparison:
    if operator not in tuple(Operator):
        raise ConditionError
    chosen = Operator(operator)
    if chosen is Operator.EXISTS:
        return Comparison(path_of(name), chosen)
    if text.startswith(ATTRIBUTE) and len(text) > 1:
        return Comparison(path_of(name), chosen, attribute=text.removeprefix(ATTRIBUTE))
    if not text:
        raise Unfit("is missing")
    if chosen is Operator.IN:
        values = [part.strip() for part in text.split(",") if part.strip()]
        return Comparison(path_of(name), chosen, tuple(_value(one, part) for part in values))
    return Comparison(path_of(name), chosen, text if chosen is Operator.PREFIX else _value(one, text))


def _value(one: Field, text: str) -> Scalar:
    value: Scalar = from_text(one, text)
    return value


def _read_json(words: Words, text: str, registry: Registry) -> tuple[Condition, Errors]:
    try:
        condition = read_condition(msgspec.json.decode(text))
        check(condition, kinds_of(registry.fields))
    except (msgspec.DecodeError, RecursionError):
        return ALWAYS, {"condition": words(_("This is not JSON"))}
    except ConditionError as error:
        return ALWAYS, {"condition": words.said(str(error))}
    return condition, {}


def condition_text(words: Words, condition: Condition, registry: Registry) -> str:
    """Return a condition in words."""
    if isinstance(condition, Comparison):
        return _comparison_text(words, condition, registry)
    if not condition.parts:
        return words(_("every record")) if isinstance(condition, AllOf) else words(_("no record"))
    joiner = words(_(" and ")) if isinstance(condition, AllOf) else words(_(" or "))
    parts = [
        f"({condition_text(words, part, registry)})"
        if not isinstance(part, Comparison)
        else _comparison_text(words, part, registry)
        for part in condition.parts
    ]
    return joiner.join(parts)


def _comparison_text(words: Words, one: Comparison, registry: Registry) -> str:
    name, said = path_label(registry, one.path, words.language), words(OPERATORS[one.operator])
    if one.operator is Operator.EXISTS:
        return f"{name} {said}"
    if one.attribute:
        whose = words(_("the {name} of who calls"), name=one.attribute)
        return f"{name} {said} {whose}"
    field = registry.by_path.get(one.path)
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    shown = [_shown(words, field, value) for value in values]
    return f"{name} {said} {words.named(shown)}"


def _shown(words: Words, field: Field | None, value: Scalar | None) -> str:
    if isinstance(value, bool):
        return words(_("yes")) if value else words(_("no"))
    if field is not None and field.type in NUMERIC | {FieldType.DATE}:
        return str(value)
    return f"“{value}”"
