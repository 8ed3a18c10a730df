"""What a record says in another language, and how it is read: each field in the reader's language where it is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from govstack.kernel.i18n import _
from govstack.pillars.learn.records.model import (
    LANGUAGE,
    NOT_TEXT,
    REQUIRED,
    TOO_LONG,
    UNKNOWN_FIELD,
    Content,
    Field,
    Kind,
    Record,
    longest,
)

LANGUAGES_MAX = 20
_LANGUAGE = re.compile(LANGUAGE)
OTHER_LINES = _("Write as many lines as the record has, in the same order.")


class Translation(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The sentences of a record in a language, by field. `of_number` is the revision of the record that they say."""

    record_id: str
    language: str
    of_number: int
    texts: Content
    changed_at: str = ""


def is_language(text: str) -> bool:
    """Tell whether a text is a code of a language (BCP 47: language, script, region)."""
    return _LANGUAGE.fullmatch(text) is not None


def said(kind: Kind, record: Record) -> dict[str, Any]:
    """Return the sentences of a record by field: what can be said in another language."""
    return {one.name: record.content[one.name] for one in kind.translatable if one.name in record.content}


def faults(kind: Kind, record: Record, texts: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a translation, by field: it says what the record says, its title at least."""
    there, wrong = said(kind, record), {}
    for name, value in texts.items():
        fault = _fault(kind.by_name[name], value, there[name]) if name in there else UNKNOWN_FIELD
        if fault:
            wrong[name] = fault
    if kind.title in there and kind.title not in texts:
        wrong[kind.title] = REQUIRED
    if not texts and not wrong:
        wrong[next(iter(there), "")] = REQUIRED
    return wrong


def _fault(one: Field, value: Any, there: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    if isinstance(value, list) is not one.plural or not all(
        isinstance(line, str) and "\0" not in line for line in lines
    ):
        return NOT_TEXT
    if not _as_many(value, there):
        return OTHER_LINES
    return "" if all(len(line) <= longest(one) for line in lines) else TOO_LONG


def _as_many(value: Any, there: Any) -> bool:
    """Tell whether lines are as many as those of the record: what is numbered there has the same number here."""
    return not isinstance(there, list) or len(value) == len(there)


def still_said(kind: Kind, record: Record, translation: Translation) -> Content:
    """Return the texts of a translation that say something which the record still says, by field."""
    there = said(kind, record)
    return {name: value for name, value in translation.texts.items() if name in there and _as_many(value, there[name])}


def put_in_language(kind: Kind, record: Record, translation: Translation | None) -> Record:
    """Return a record in the words of another language, field by field; what is not there stays as it was written."""
    if translation is None:
        return record
    texts = still_said(kind, record, translation)
    return msgspec.structs.replace(
        record, content={**record.content, **texts}, tongues=dict.fromkeys(texts, translation.language)
    )
