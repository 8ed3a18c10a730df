"""Texts with fields: what may stand in them, in which language they are said, and how values are put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from govstack.blocks.messaging.intake.model import TITLE_CHARACTERS_MAX
from govstack.blocks.messaging.senders.model import line_fault
from govstack.kernel import i18n

CONTENT_CHARACTERS_MAX = 20_000
LANGUAGES_MAX = 30
FIELDS_MAX = 30
VALUE_CHARACTERS_MAX = 500
NUMBER_DIGITS_MAX = 30
WORDINGS_MAX = 500
VERSIONS_MAX = 10_000
SHOWN_MAX = 100
# An address of a page of its own.
RESERVED = frozenset({"new"})
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FIELD = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
# A doubled brace is a brace; one around a name is a field; any other is a mistake.
_BRACE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")
# What turns the direction of text around it could make a value look like another one.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")


class Channel(StrEnum):
    """For which way a wording was written: what is written for mail is sent by every channel."""

    EMAIL = "email"


class FieldKind(StrEnum):
    """What a field holds, and so how it is written in each language."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in one language."""

    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A wording as somebody writes it."""

    fallback: str
    fields: Mapping[str, FieldKind]
    texts: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Wording(Draft):
    """A version of a wording."""

    number: int = 0
    sender_id: str = ""
    channel: Channel = Channel.EMAIL
    name: str = ""
    version: int = 0
    retired: bool = False
    created_by: str = ""
    created_at: str = ""

    def says(self, draft: Draft) -> bool:
        """Tell whether a draft says nothing else."""
        kept = (self.fallback, dict(self.fields), dict(self.texts))
        return not self.retired and kept == (draft.fallback, dict(draft.fields), dict(draft.texts))

    def language_for(self, wanted: str) -> str:
        """Return in which language it is said to somebody: the wanted one, its wider form, or the fallback."""
        while wanted:
            if wanted in self.texts:
                return wanted
            wanted = wanted.rpartition("-")[0]
        return self.fallback


@dataclass(frozen=True, slots=True)
class Said:
    """A wording with its values put in."""

    name: str
    version: int
    language: str
    title: str
    content: str


def name_fault(name: str) -> str:
    """Return what is wrong with the name of a wording, or nothing."""
    fits = _NAME.fullmatch(name) and name not in RESERVED
    return "" if fits else "must be up to 64 small letters, digits and hyphens"


def faults(draft: Draft) -> dict[str, str]:
    """Return what is wrong with a draft, by field; those of a text under its language."""
    found: dict[str, str] = {}
    if not draft.texts or len(draft.texts) > LANGUAGES_MAX:
        found["texts"] = f"must hold from 1 to {LANGUAGES_MAX} languages"
    if draft.fallback not in draft.texts:
        found["fallback"] = "must be one of the languages of the texts"
    if len(draft.fields) > FIELDS_MAX or not all(_FIELD.fullmatch(name) for name in draft.fields):
        found["fields"] = f"must be at most {FIELDS_MAX} names of letters, digits and underscores"
    for language, text in draft.texts.items():
        if not _LANGUAGE.fullmatch(language):
            found["texts"] = "must be named by language, such as en or pt-BR"
            continue
        found |= {f"texts.{language}.{part}": fault for part, fault in _text_faults(draft, text).items()}
    return found


def _text_faults(draft: Draft, text: Text) -> dict[str, str]:
    found = {"title": line_fault(text.title, most=TITLE_CHARACTERS_MAX), "content": ""}
    if not text.content.strip():
        found["content"] = "must be given"
    elif len(text.content) > CONTENT_CHARACTERS_MAX:
        found["content"] = "is too long"
    elif _UNREADABLE.search(text.content):
        found["content"] = "must be readable text"
    for part, said in (("title", text.title), ("content", text.content)):
        found[part] = found[part] or _brace_fault(draft, said)
    return {part: fault for part, fault in found.items() if fault}


def _brace_fault(draft: Draft, said: str) -> str:
    for brace in _BRACE.finditer(said):
        if brace[1] and brace[1] not in draft.fields:
            return f"names the field {brace[1]}, which is not declared"
        if brace[0] in {"{", "}"}:
            return "holds a brace that belongs to no field; write it twice"
    return ""


def value_faults(wording: Draft, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with values, by field: each declared one is given, fits its kind, and none is unknown."""
    found = {f"values.{name}": "is not a field of this wording" for name in values if name not in wording.fields}
    for name, kind in wording.fields.items():
        fault = _value_fault(kind, values[name]) if name in values else "must be given"
        if fault:
            found[f"values.{name}"] = fault
    return found


def _value_fault(kind: FieldKind, value: str) -> str:
    if fault := line_fault(value, most=VALUE_CHARACTERS_MAX):
        return fault
    if _TURNS.search(value):
        return "must be one line of readable text"
    try:
        if kind is FieldKind.DATE:
            date.fromisoformat(value)
        elif kind is FieldKind.NUMBER:
            _number(value)
    except (ValueError, InvalidOperation):
        return f"must be a {kind}, such as {'2026-12-24' if kind is FieldKind.DATE else '1234.5'}"
    return ""


def say(wording: Wording, language: str, values: Mapping[str, str]) -> Said:
    """Return a wording with values put in, each once: what a value holds is never read as a field."""
    chosen = wording.language_for(language)
    text = wording.texts[chosen]
    written = {name: _written(kind, values[name], chosen) for name, kind in wording.fields.items()}

    def put(brace: re.Match[str]) -> str:
        return written[brace[1]] if brace[1] else brace[0][0]

    title, content = _BRACE.sub(put, text.title), _BRACE.sub(put, text.content)
    return Said(wording.name, wording.version, chosen, title, content)


def example_values(wording: Draft) -> dict[str, str]:
    """Return values that show where each field stands."""
    shown = {FieldKind.DATE: "2026-12-24", FieldKind.NUMBER: "1234.5"}
    return {name: shown.get(kind, f"[{name}]") for name, kind in wording.fields.items()}


def _written(kind: FieldKind, value: str, language: str) -> str:
    """Return a value as its language writes it; of languages that we do not know, as it was given."""
    known = language.partition("-")[0]
    if known not in i18n.LANGUAGES or kind is FieldKind.TEXT:
        return value
    return i18n.format_date(known, value) if kind is FieldKind.DATE else i18n.format_number(known, _number(value))


def _number(text: str) -> Decimal:
    """Return a plain decimal number; raises ValueError for anything else, such as a billion digits in short."""
    if not re.fullmatch(rf"-?[0-9]{{1,{NUMBER_DIGITS_MAX}}}(\.[0-9]{{1,10}})?", text):
        raise ValueError(text)
    return Decimal(text)
