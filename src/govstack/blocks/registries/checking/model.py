"""The checker of a definition: what its fields demand is worked out once, so that each record costs little."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.contents.model import Unfit, fitter, is_sealed, matches
from govstack.blocks.registries.fields.model import Field, Path, pointer

CHOICES_SHOWN_MAX = 12
EMPTY: tuple[object, ...] = ("", [])

Faults: TypeAlias = dict[str, str]
# Says which rule a value breaks, as the end of a sentence that the field's name begins, or nothing.
Rule: TypeAlias = Callable[[Any], str]


class Checker:
    """What the fields of a definition, or of a group in it, demand; made once and asked for every record."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fits = tuple((one.name, fitter(one)) for one in fields)
        self._fits_numbers = tuple((one.name, fitter(one, numbers_as_text=True)) for one in fields)
        self._settled = tuple(one for one in fields if one.read_only or one.immutable)
        self._demands = tuple(made for made in map(_demand, fields) if made is not None)

    def accepted(
        self, given: Mapping[str, object], *, numbers_as_text: bool = False
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the given values in their stored form, nulls kept as "take away", and the names no field carries.

        Raises InvalidContent for values of a wrong type, naming each field.
        """
        values: dict[str, Any] = {}
        faults: Faults = {}
        for name, fit in self._fits_numbers if numbers_as_text else self._fits:
            if name in given:
                value = given[name]
                try:
                    values[name] = None if value is None else fit(value)
                except Unfit as fault:
                    faults[name] = str(fault)
        if faults:
            raise InvalidContent(faults)
        return values, [] if len(values) == len(given) else [name for name in given if name not in values]

    def drop_settled(self, values: dict[str, Any], stored: Mapping[str, Any] | None) -> None:
        """Drop from values what callers cannot set: read-only fields once stored or filled by triggers (DRS-17).

        Raises InvalidContent when an immutable field would change.
        """
        faults: Faults = {}
        for field in self._settled:
            if field.name not in values:
                continue
            if field.read_only and (field.triggers or (stored is not None and field.name in stored)):
                del values[field.name]
            elif field.immutable and stored and stored.get(field.name, values[field.name]) != values[field.name]:
                faults[field.name] = "cannot be changed once it is set"
        if faults:
            raise InvalidContent(faults)

    def check(self, content: Mapping[str, Any]) -> None:
        """Check whole content before it is stored; raises InvalidContent naming every field that breaks a rule."""
        faults: Faults = {}
        self._collect(content, (), faults)
        if faults:
            raise InvalidContent(faults)

    def _collect(self, content: Mapping[str, Any], above: Path, faults: Faults) -> None:
        for demand in self._demands:
            value = content.get(demand.name)
            if value is None or (demand.required and value in EMPTY):
                if demand.required:
                    faults[_named((*above, demand.name))] = "is required"
            elif demand.rule is not None and (fault := demand.rule(value)):
                faults[_named((*above, demand.name))] = fault
            elif demand.parts is not None:
                for row in value if isinstance(value, list) else (value,):
                    if isinstance(row, Mapping) and not (demand.secret and is_sealed(row)):
                        demand.parts._collect(row, (*above, demand.name), faults)  # noqa: SLF001 (its own kind)


@dataclass(frozen=True, slots=True)
class _Demand:
    """What one field demands of a record: to be there, to keep to a rule, and what its parts demand."""

    name: str
    required: bool
    secret: bool
    rule: Rule | None
    parts: Checker | None


def _demand(field: Field) -> _Demand | None:
    """Return what a field demands, or None when any value of its type will do, and none."""
    rule, parts = rule_of(field), Checker(field.fields) if field.fields else None
    if not field.required and rule is None and parts is None:
        return None
    return _Demand(field.name, field.required, field.secret, rule, parts)


def rule_of(field: Field) -> Rule | None:
    """Return what says which rule of its field a fitting value breaks: limits, pattern, choices (DRS-17)."""
    text, number = _text_rule(field), _number_rule(field)
    if text is None and number is None:
        return None

    def one_fault(value: object) -> str:
        if isinstance(value, str):
            return text(value) if text is not None else ""
        if number is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return number(value)
        return ""

    if not field.multiple:
        return one_fault
    return lambda value: next(filter(None, map(one_fault, value if isinstance(value, list) else (value,))), "")


def fault_of(field: Field, value: object) -> str:
    """Return which rule of its field a fitting value breaks, or nothing."""
    rule = rule_of(field)
    return rule(value) if rule is not None else ""


def _text_rule(field: Field) -> Rule | None:
    rules: list[Rule] = []
    if field.length_min is not None or field.length_max is not None:
        rules.append(partial(_length_fault, field.length_min, field.length_max))
    if field.pattern:
        rules.append(partial(_pattern_fault, field.pattern))
    if allowed := field.choices or tuple(field.catalogue):
        rules.append(partial(_choice_fault, allowed, frozenset(allowed)))
    return _all(rules)


def _number_rule(field: Field) -> Rule | None:
    rules: list[Rule] = []
    if field.minimum is not None or field.maximum is not None:
        rules.append(partial(_limit_fault, field.minimum, field.maximum))
    if field.choices:
        allowed = frozenset(field.choices)
        rules.append(lambda number: _choice_fault(field.choices, allowed, str(number)))
    return _all(rules)


def _all(rules: Sequence[Rule]) -> Rule | None:
    if len(rules) > 1:
        return lambda value: next(filter(None, (rule(value) for rule in rules)), "")
    return rules[0] if rules else None


def _length_fault(least: int | None, most: int | None, text: str) -> str:
    if most is not None and len(text) > most:
        return f"must have at most {most} characters"
    if least is not None and len(text) < least:
        return f"must have at least {least} characters"
    return ""


def _pattern_fault(pattern: str, text: str) -> str:
    return "" if matches(pattern, text) else "does not have the form that the schema demands"


def _choice_fault(choices: Sequence[str], allowed: frozenset[str], text: str) -> str:
    if text in allowed:
        return ""
    return f"must be one of {', '.join(choices[:CHOICES_SHOWN_MAX])}{' …' if len(choices) > CHOICES_SHOWN_MAX else ''}"


def _limit_fault(least: float | None, most: float | None, number: float) -> str:
    if least is not None and number < least:
        return f"must be at least {least:g}"
    if most is not None and number > most:
        return f"must be at most {most:g}"
    return ""


def _named(path: Path) -> str:
    return path[0] if len(path) == 1 else pointer(path)
