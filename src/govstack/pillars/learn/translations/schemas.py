"""Wire shapes of what records say in further languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Call
from govstack.pillars.learn.records.model import LONG_CHARACTERS_MAX, MANY_MAX, Field, Kind, Record
from govstack.pillars.learn.translations.model import Translation

FIELDS_MAX = 60
Line = Annotated[str, Meta(max_length=LONG_CHARACTERS_MAX)]
Texts = Annotated[dict[str, Line | Annotated[list[Line], Meta(max_length=MANY_MAX)]], Meta(max_length=FIELDS_MAX)]


class TranslationGiven(msgspec.Struct, frozen=True):
    """The sentences of a record in a language, by field: a text, or lines where the field has lines."""

    texts: Texts


class TranslationShown(msgspec.Struct, frozen=True, rename="camel"):
    """What a record says in a language. `older` says that the record was changed since."""

    language: str
    texts: dict[str, Any]
    of_number: int
    older: bool
    changed_at: str


class TranslationList(msgspec.Struct, frozen=True, rename="camel"):
    """The language that a record is written in, empty where nobody said, and what it says in further ones."""

    written_in: str
    translations: list[TranslationShown]


def shown(translation: Translation, record: Record) -> TranslationShown:
    """Return a translation as its answer."""
    older = translation.of_number != record.number
    return TranslationShown(
        translation.language, translation.texts, translation.of_number, older, translation.changed_at
    )


def listing(record: Record, translations: Sequence[Translation]) -> TranslationList:
    """Return a record's languages as their answer."""
    return TranslationList(record.written_in, [shown(one, record) for one in translations])


def texts_of(call: Call, kind: Kind) -> dict[str, Any]:
    """Return what a form says, by field; what was left empty is left out."""
    told = {one.name: _text(one, call.form) for one in kind.translatable if call.form.get(one.name, "").strip()}
    return {name: value for name, value in told.items() if value}


def _text(one: Field, form: Mapping[str, str]) -> Any:
    text = form[one.name]
    return [line for line in text.splitlines() if line.strip()] if one.plural else text
