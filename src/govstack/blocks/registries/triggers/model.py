"""Triggers on records: conditions, templates and text changes; a small fixed language, never code (DRS-17)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from govstack.blocks.registries.fields.model import (
    NUMERIC,
    ActionType,
    Field,
    FieldType,
    Gate,
    Logic,
    Path,
    Trigger,
    TriggerCondition,
    path_of,
    reachable,
    value_at,
)

TRIGGERS_MAX = 20
PARTS_MAX = 20
TEMPLATE_CHARACTERS_MAX = 500
PAD_DIGITS_MAX = 18
VALUE_CHARACTERS_MAX = 10_000
INDEX = "indexNoByCode"
_PLACE = re.compile(r"\{([^{}:]+)(?::(\d{1,2}))?\}")
_WORDS = frozenset({"code", INDEX, "year", "month", "day"})
_TEXT_ACTIONS = frozenset({ActionType.UPPER_CASE, ActionType.LOWER_CASE, ActionType.PREFIX, ActionType.SUFFIX})


@dataclass(frozen=True, slots=True)
class Numbering:
    """What templates may put in: the registry's code, its format of numbers, its next index, and the day."""

    code: str
    index: int
    moment: datetime
    number_format: str = "{code}{indexNoByCode}"


def wants_index(fields: tuple[Field, ...], content: Mapping[str, object], numbering: Numbering) -> bool:
    """Tell whether writing this content takes an index number, so that none is taken in vain."""
    run = _Run(fields, content, numbering)
    run.all()
    return run.used_index


def apply(fields: tuple[Field, ...], content: Mapping[str, object], numbering: Numbering) -> dict[str, object]:
    """Return the content after all triggers ran, in the order of the fields; the content given is not changed.

    A read-only key without value and without a trigger of its own gets the registry's number format.
    """
    run = _Run(fields, content, numbering)
    run.all()
    return run.content


def problems(fields: tuple[Field, ...]) -> dict[Path, str]:
    """Return what is wrong with triggers, by the field that carries them."""
    found: dict[Path, str] = {}
    places = {one.number: one for _, one in reachable(fields)}
    names = {path[-1] for path, _ in reachable(fields)} | {"/" + "/".join(path) for path, _ in reachable(fields)}
    for path, one in reachable(fields):
        if len(one.triggers) > TRIGGERS_MAX:
            found[path] = f"A field has at most {TRIGGERS_MAX} triggers."
        for trigger in one.triggers:
            wrong = _trigger_problem(trigger, places, names)
            if wrong:
                found[path] = wrong
    return found


def _trigger_problem(trigger: Trigger, places: Mapping[int, Field], names: set[str]) -> str:
    if not 0 < len(trigger.actions) <= PARTS_MAX or len(trigger.conditions) > PARTS_MAX:
        return f"A trigger has 1 to {PARTS_MAX} actions and at most {PARTS_MAX} conditions."
    for condition in trigger.conditions:
        if condition.logic not in tuple(Logic):
            return f'"{condition.logic}" is no comparison; use {" ".join(Logic)}.'
        if condition.gate not in {"", *Gate}:
            return f'"{condition.gate}" is no gate; use {" ".join(Gate)}.'
    for action in trigger.actions:
        if action.type not in tuple(ActionType):
            return f'"{action.type}" is no action; use {", ".join(ActionType)}.'
        wrong = template_problem(action.value, names)
        if wrong:
            return wrong
    numbers = {one.field_number for one in trigger.conditions} | {one.field_number for one in trigger.actions}
    numbers.discard(0)
    unknown = sorted(numbers - places.keys())
    return f"No field has the id {unknown[0]}." if unknown else ""


def template_problem(template: str, names: set[str]) -> str:
    """Return what is wrong with a template, or nothing."""
    if len(template) > TEMPLATE_CHARACTERS_MAX:
        return f"A template has at most {TEMPLATE_CHARACTERS_MAX} characters."
    for name, digits in _PLACE.findall(template):
        if name not in _WORDS and name not in names:
            return f"{{{name}}} is neither a field nor one of {', '.join(sorted(_WORDS))}."
        if int(digits or 0) > PAD_DIGITS_MAX:
            return f"A number is filled up to at most {PAD_DIGITS_MAX} digits."
    return ""


class _Run:
    """One pass of all triggers over one record."""

    def __init__(self, fields: tuple[Field, ...], content: Mapping[str, object], numbering: Numbering) -> None:
        self.content = _copied(content)
        self.used_index = False
        self._numbering = numbering
        self._fields = list(reachable(fields))
        self._by_number = {one.number: (path, one) for path, one in self._fields}
        self._by_name = {path[-1]: path for path, _ in reversed(self._fields)}

    def all(self) -> None:
        for path, one in self._fields:
            for trigger in one.triggers:
                if self._met(trigger.conditions, path, one):
                    self._act(trigger, path, one)
            if one.primary_key and one.read_only and not one.triggers and _text(value_at(self.content, path)) == "":
                self._set(path, one, self._filled(self._numbering.number_format))

    def _met(self, conditions: Iterable[TriggerCondition], path: Path, one: Field) -> bool:
        met = True
        for position, condition in enumerate(conditions):
            place, looked_at = self._by_number.get(condition.field_number, (path, one))
            this = _compares(value_at(self.content, place), condition, looked_at.type)
            joined = (met or this) if condition.gate == Gate.OR else (met and this)
            met = joined if position else this
        return met

    def _act(self, trigger: Trigger, path: Path, one: Field) -> None:
        for action in trigger.actions:
            place, target = self._by_number.get(action.field_number, (path, one))
            now = value_at(self.content, place)
            if action.type in _TEXT_ACTIONS:
                if isinstance(now, str) and now:
                    self._set(place, target, _formed(now, action.type, self._filled(action.value)))
            elif action.type in {ActionType.SET_VALUE, ActionType.MERGE}:
                filled = self._filled(action.value)
                self._set(place, target, " ".join(filled.split()) if action.type == ActionType.MERGE else filled)

    def _filled(self, template: str) -> str:
        numbering = self._numbering

        def put(match: re.Match[str]) -> str:
            name, digits = match[1], int(match[2] or 0)
            if name == INDEX:
                self.used_index = True
                return str(numbering.index).zfill(digits)
            words = {
                "code": numbering.code, "year": f"{numbering.moment.year:04}", "month": f"{numbering.moment.month:02}",
                "day": f"{numbering.moment.day:02}",
            }  # fmt: skip
            if name in words:
                return words[name]
            path = path_of(name) if name.startswith("/") else self._by_name.get(name, (name,))
            return _text(value_at(self.content, path)).zfill(digits)

        return _PLACE.sub(put, template)[:VALUE_CHARACTERS_MAX]

    def _set(self, path: Path, target: Field, text: str) -> None:
        inside = self.content
        for name in path[:-1]:
            below = inside.setdefault(name, {})
            if not isinstance(below, dict):
                return
            inside = below
        inside[path[-1]] = _typed(text, target.type)


def _copied(content: Mapping[str, object]) -> dict[str, object]:
    return {name: _copied(value) if isinstance(value, Mapping) else value for name, value in content.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _typed(text: str, kind: FieldType) -> object:
    if kind in NUMERIC:
        try:
            return int(text) if kind is FieldType.INTEGER else float(text)
        except ValueError:
            return text
    if kind is FieldType.BOOLEAN:
        return {"true": True, "false": False}.get(text, text)
    return text


def _compares(value: object, condition: TriggerCondition, kind: FieldType) -> bool:
    one, other = _text(value), condition.value
    sign = (one > other) - (one < other)
    if kind in NUMERIC and one and other:
        try:
            sign = (float(one) > float(other)) - (float(one) < float(other))
        except ValueError:
            return condition.logic == Logic.NOT_EQUAL
    return {
        Logic.EQUAL: sign == 0, Logic.NOT_EQUAL: sign != 0, Logic.LESS: sign < 0, Logic.GREATER: sign > 0,
    }[Logic(condition.logic)]  # fmt: skip


def _formed(now: str, kind: str, value: str) -> str:
    """Return text changed once: writing the same record again must not put a prefix before its prefix."""
    if kind == ActionType.UPPER_CASE:
        return now.upper()
    if kind == ActionType.LOWER_CASE:
        return now.lower()
    if kind == ActionType.PREFIX:
        return now if now.startswith(value) else value + now
    return now if now.endswith(value) else now + value
