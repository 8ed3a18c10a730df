"""Readings of personal data in plain words: when, who, from which office, what was done, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from govstack.blocks.registries.access.model import PERSON_IDENTIFIER
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.frame.presenters import Cell, Words, name_label
from govstack.blocks.registries.usage.model import Usage
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _

PERSON_CLAIM = "person_id"
FIELDS_SHOWN_MAX = 12
OPERATIONS: Mapping[str, str] = {
    "data-list": _("Saw it in a list"),
    "data-read": _("Read the record"),
    "data-read-value": _("Read one value"),
    "data-exists": _("Asked whether there is such a record"),
    "data-create": _("Entered the record"),
    "data-create-entries": _("Entered the record"),
    "data-update": _("Changed the record"),
    "data-update-entries": _("Changed the record"),
    "data-update-or-create": _("Changed or entered the record"),
    "data-events": _("Looked at the history"),
    "data-export": _("Took it out as a file"),
    "data-statistics": _("Counted it"),
    "data-share": _("Opened a shared link to it"),
}


def proven(by: Actor) -> Actor:
    """Return the person with the identifier that the identity provider proves at sign-in."""
    number = by.attributes.get(PERSON_CLAIM, "")
    if by.kind != "person" or not number or by.attributes.get(PERSON_IDENTIFIER):
        return by
    return replace(by, attributes={**by.attributes, PERSON_IDENTIFIER: number})


def rows(
    words: Words, found: Sequence[Usage], registries: Mapping[int, Registry], names: Mapping[str, str]
) -> list[Sequence[Cell]]:
    """Return readings as rows, with the register they happened in; `names` are those of systems and offices."""
    return [
        (
            {"moment": one.at},
            who(words, one),
            office(words, one, names),
            _register(words, one, registries),
            what(words, one, registries.get(one.registry_id)),
            why(words, one),
        )
        for one in found
    ]


def of_record(
    words: Words, found: Sequence[Usage], registry: Registry, names: Mapping[str, str]
) -> list[Sequence[Cell]]:
    """Return readings of one record as rows."""
    return [
        ({"moment": one.at}, who(words, one), office(words, one, names), what(words, one, registry), why(words, one))
        for one in found
    ]


def who(words: Words, one: Usage) -> str:
    """Return who read: the name, else initials, else the official a system names, else that it was a system."""
    reader = one.reader
    if reader.name or reader.initials:
        return reader.name or reader.initials
    if not reader.application:
        return reader.id
    if reader.id != reader.application:
        return words(_("{official}, as the system states"), official=reader.id)
    return words(_("A system"))


def office(words: Words, one: Usage, names: Mapping[str, str]) -> str:
    """Return the office of a reader and the system used, by their names where those are known, else by their addresses.

    An office is known by its own name, or by what administrators call it; nothing is concluded from an address.
    """
    reader, system = one.reader, one.reader.application
    office = reader.institution_name or reader.institution_id
    office, named = names.get(office, office), names.get(system, system)
    # A system's address begins with its institution's: one of them says it all.
    parts = [office if not named.startswith(office) else "", named]
    found = list(dict.fromkeys(name for name in parts if name and name != reader.name))
    return words(_(" · ")).join(found) or "–"


def what(words: Words, one: Usage, registry: Registry | None) -> str:
    """Return what was done, and which personal fields it showed."""
    done = words(OPERATIONS.get(one.operation, _("Read the record")))
    if not one.fields:
        return done
    labels = [name_label(registry, name, words.language) if registry else name.lstrip("/") for name in one.fields]
    more = len(labels) - FIELDS_SHOWN_MAX
    shown = words.named(labels[:FIELDS_SHOWN_MAX])
    if more > 0:
        return words(_("{done}: {fields} and {number} more"), done=done, fields=shown, number=words.number(more))
    return words(_("{done}: {fields}"), done=done, fields=shown)


def why(words: Words, one: Usage) -> str:
    """Return the reason that was stated, the legal basis and the consent."""
    found = [one.reason.purpose] if one.reason.purpose else []
    found += [words(_("Legal basis: {value}"), value=one.reason.legal_basis)] if one.reason.legal_basis else []
    consent = one.reason.consent_reference
    found += [words(_("Consent {value}"), value=consent)] if consent else []
    return words(_("; ")).join(found) or words(_("Not stated"))


def _register(words: Words, one: Usage, registries: Mapping[int, Registry]) -> str:
    registry = registries.get(one.registry_id)
    return registry.name or registry.code if registry else words(_("A register that is no more"))
