"""What the pages of wordings show, and how their form is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.messaging.senders.presenters import Words
from govstack.blocks.messaging.wording.model import (
    Draft,
    FieldKind,
    Said,
    Text,
    Wording,
    example_values,
    faults,
    name_fault,
    say,
)
from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call

Cells = Sequence[object]
KINDS: Mapping[FieldKind, str] = {FieldKind.TEXT: _("text"), FieldKind.DATE: _("date"), FieldKind.NUMBER: _("number")}
FAULTS: Mapping[str, str] = {
    "name": _("Enter a short name of small letters, digits and hyphens, such as appointment-reminder"),
    "fallback": _("Choose a language that has a text"),
    "fields": _("Write fields one a line, such as name, or day (date), or amount (number)"),
    "texts": _("Write a text in one language at least"),
    "title": _("Enter a title on one line, with declared fields alone"),
    "content": _("Enter a text, with declared fields alone; write a brace twice"),
}


def rows(words: Words, found: Sequence[Wording], names: Mapping[str, str]) -> list[Cells]:
    """Return wordings as rows; `names` are those of their senders."""
    return [
        (
            {"text": one.name, "href": address(one)},
            names.get(one.sender_id, one.sender_id),
            words.listed(language_name(language) for language in one.texts),
            words.number(one.version),
            {"moment": one.created_at},
        )
        for one in found
    ]


def address(found: Wording) -> str:
    """Return the address of a wording's page."""
    return f"/wordings/{found.sender_id}/{found.name}"


def language_name(language: str) -> str:
    """Return a language as its speakers call it, or its code."""
    return i18n.NAMES.get(language, language)


def languages(found: Wording | None) -> list[str]:
    """Return the languages a form asks for: those of this instance, and those the wording has beyond them."""
    return [*i18n.LANGUAGES, *(one for one in (found.texts if found else ()) if one not in i18n.LANGUAGES)]


def as_form(found: Wording | None) -> dict[str, str]:
    """Return a wording as the fields of its form."""
    if found is None:
        return {"name": "", "fallback": i18n.DEFAULT, "fields": ""}
    lines = [name if kind is FieldKind.TEXT else f"{name} ({kind})" for name, kind in found.fields.items()]
    values = {"name": found.name, "fallback": found.fallback, "fields": "\n".join(lines)}
    for language, text in found.texts.items():
        values |= {f"title_{language}": text.title, f"content_{language}": text.content}
    return values


def kept(call: Call, found: Wording | None) -> dict[str, str]:
    """Return the fields of the form as they were sent."""
    names = ["name", "fallback", "fields"]
    names += [f"{part}_{language}" for language in languages(found) for part in ("title", "content")]
    return {name: call.form.get(name, "").replace("\r\n", "\n").strip() for name in names}


def read(words: Words, values: Mapping[str, str], found: Wording | None) -> tuple[Draft | None, dict[str, str]]:
    """Return what a form asks for, or what is wrong with it, by field of the form."""
    texts = {
        language: Text(values.get(f"title_{language}", ""), values.get(f"content_{language}", ""))
        for language in languages(found)
        if values.get(f"title_{language}") or values.get(f"content_{language}")
    }
    wrong: dict[str, str] = {}
    fields: dict[str, FieldKind] = {}
    for line in values["fields"].splitlines():
        name, _bracket, kind = (part.strip() for part in line.strip().removesuffix(")").partition("("))
        try:
            fields[name] = FieldKind(kind or FieldKind.TEXT)
        except ValueError:
            wrong["fields"] = words(FAULTS["fields"])
    draft = Draft(values["fallback"], fields, texts)
    if name_fault(values["name"]):
        wrong["name"] = words(FAULTS["name"])
    for place in faults(draft):
        _texts, _dot, rest = place.partition(".")
        language, _dot, part = rest.rpartition(".")
        field = f"{part}_{language}" if language else {"texts": f"content_{i18n.DEFAULT}"}.get(place, place)
        wrong.setdefault(field, words(FAULTS[part if language else place]))
    return (None, wrong) if wrong else (draft, {})


def samples(draft: Draft) -> list[tuple[str, str, Said]]:
    """Return each text with examples of values: its language's code and name, and what it says."""
    shown = Wording(draft.fallback, draft.fields, draft.texts)
    values = example_values(draft)
    return [(language, language_name(language), say(shown, language, values)) for language in draft.texts]


def facts(words: Words, draft: Draft) -> list[tuple[str, object]]:
    """Return what holds for all languages of a wording."""
    named = [words(_("{name} ({kind})"), name=name, kind=words(KINDS[kind])) for name, kind in draft.fields.items()]
    return [
        (words(_("Fields")), words.listed(named) or words(_("None"))),
        (words(_("Language for those whose own is missing")), language_name(draft.fallback)),
    ]


def choices(found: Wording | None) -> list[tuple[str, str]]:
    """Return the languages of a wording, or those of this instance, to choose from."""
    return [(language, language_name(language)) for language in (found.texts if found else i18n.LANGUAGES)]


def fallbacks(found: Wording | None) -> list[tuple[str, str]]:
    """Return the languages that a wording can fall back to."""
    return [(language, language_name(language)) for language in languages(found)]
