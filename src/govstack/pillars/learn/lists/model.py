"""What a word of a list says, field by field, and how a form is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govstack.kernel.i18n import _

NUMBER_MAX = 500
EMPTY = _("Write something here.")
NOT_WHOLE = _("Enter a whole number from 0 to 500.")
NOT_OFFERED = _("Choose one of the words offered.")


class Shape(StrEnum):
    """How a field is filled in."""

    TEXTS = "texts"  # a line in each language
    LONG_TEXTS = "long-texts"
    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    YES = "yes"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a word: its name, label, how it is filled in, and at most how many characters or lines it has."""

    name: str
    label: str
    shape: Shape = Shape.LINE
    hint: str = ""
    required: bool = False
    characters_max: int = 200
    lines_max: int = 20
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a list: its id, what it says in each language, what its form holds, and whether it is in use."""

    id: str
    texts: Mapping[str, str]
    values: Mapping[str, Any]
    used: bool = True


def given(
    fields: Iterable[Field], form: Mapping[str, str], languages: Iterable[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a form says of each field, and what is wrong by the name that the field bears in the form."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    tongues = list(languages)
    for one in fields:
        if one.shape in (Shape.TEXTS, Shape.LONG_TEXTS):
            texts = {tongue: form.get(f"{one.name}.{tongue}", "").replace("\r\n", "\n").strip() for tongue in tongues}
            values[one.name] = {tongue: text for tongue, text in texts.items() if text}
            errors |= {f"{one.name}.{t}": _too_long(one) for t, text in texts.items() if len(text) > one.characters_max}
            if one.required and not values[one.name]:
                errors[f"{one.name}.{tongues[0]}"] = EMPTY
        elif one.shape is Shape.YES:
            values[one.name] = form.get(one.name) == "yes"
        elif fault := _single(one, form.get(one.name, "").strip(), values):
            errors[one.name] = fault
    return values, errors


def _single(one: Field, text: str, values: dict[str, Any]) -> str:
    """Put what one field says among the values; return what is wrong with it."""
    if one.shape is Shape.NUMBER:
        whole = text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= NUMBER_MAX
        values[one.name] = int(text) if whole else 0
        return "" if whole or not text else NOT_WHOLE
    if one.shape is Shape.CHOICE:
        values[one.name] = text
        return "" if text in dict(one.options) or (not text and not one.required) else NOT_OFFERED
    if one.shape is Shape.LINES:
        lines = tuple(part.strip() for part in text.splitlines() if part.strip())
        values[one.name] = lines
        return _too_long(one) if len(lines) > one.lines_max or any(len(x) > one.characters_max for x in lines) else ""
    values[one.name] = text
    return (EMPTY if one.required and not text else "") or (_too_long(one) if len(text) > one.characters_max else "")


def _too_long(one: Field) -> str:
    """Say how much a field holds, as a sentence that the refusals of this pillar know."""
    return TOO_LONG[one.characters_max]


TOO_LONG = {
    200: _("Write at most 200 characters."), 300: _("Write at most 300 characters."),
    500: _("Write at most 500 characters."), 2_000: _("Write at most 2,000 characters."),
}  # fmt: skip
