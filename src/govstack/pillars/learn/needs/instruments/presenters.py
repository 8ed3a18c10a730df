"""What pages of instruments show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, languages_named, marked, spoken
from govstack.pillars.learn.needs.instruments.model import (
    SHARING,
    ChoiceKind,
    Entry,
    Family,
    Instrument,
    Item,
    ItemKind,
    Unit,
)

UNITS = {Unit.PERSON: _("People"), Unit.ORGANISATION: _("Organisations")}
FAMILIES = {
    Family.ORDINAL: _("Levels in order: each section comes to its lower middle level, and levels are never averaged."),
    Family.MEAN: _("Weighted mean: answers have values, and what does not apply is left out."),
    Family.STAGED: _("Stages: a stage is reached when everything up to it is met."),
    Family.STANDARD: _("Comparison with peers: without a set of peers there is no result."),
}
KINDS = {
    ChoiceKind.LEVEL: "", ChoiceKind.ABSENT: _("below all levels"), ChoiceKind.UNASSESSED: _("counts as no answer"),
    ChoiceKind.INAPPLICABLE: _("left out of the result"),
}  # fmt: skip
HOW = {ItemKind.NUMBER: _("A number"), ItemKind.TEXT: _("A text")}


def rows(entries: Iterable[Entry], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of instruments."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/instruments/{one.id}"},
            words(UNITS[one.unit]), {"number": one.version}, {"moment": one.created_at},
        )
        for one in entries
    ]  # fmt: skip


def shown(instrument: Instrument, words: Words, rated: Mapping[str, str]) -> dict[str, Any]:
    """Return an instrument as a page shows it; `rated` names by item the competency that its answers rate."""
    language = words.language
    return {
        "name": in_language(instrument.titles, language),
        "written_in": spoken(instrument.titles, language),
        "summary": in_language(instrument.summaries, language) if instrument.summaries else "",
        "facts": [
            (words(_("Version")), str(instrument.version)), (words(_("Assesses")), words(UNITS[instrument.unit])),
            (words(_("Source")), instrument.source), (words(_("Licence")), instrument.licence),
            (words(_("Languages")), languages_named(instrument.languages, words)),
            (words(_("How it is scored")), words(FAMILIES[instrument.scoring.family])),
            *_aim(instrument, words),
        ],
        "ours": [marked(one, language) for one in instrument.ours],
        "rates": bool(instrument.rating),
        "sections": [
            {
                "title": marked(section.titles, language),
                "theme": marked(section.themes, language) if section.themes else "",
                "rows": [
                    (*_item(instrument, one, words), *_rates(one, rated, words, column=bool(instrument.rating)))
                    for one in instrument.items_of(section.id)
                ],
            }
            for section in instrument.sections
        ],
        "stages": [({"number": n}, marked(one, language)) for n, one in enumerate(instrument.scoring.stages, start=1)],
        "bands": [
            (marked(one.titles, language), i18n.format_percent(language, one.least)) for one in instrument.scoring.bands
        ],
        "scales": [
            {
                "id": scale.id,
                "rows": [
                    (marked(one.titles, language), words(KINDS[one.kind]) if KINDS[one.kind] else "")
                    for one in scale.choices
                ],
            }
            for scale in instrument.scales
        ],
    }  # fmt: skip


def _aim(instrument: Instrument, words: Words) -> list[tuple[str, str]]:
    """Return what is aimed at, where anything is: a level or a stage by its number, or a share."""
    target = instrument.scoring.target
    if target is None:
        return []
    shared = instrument.scoring.family in SHARING
    how = i18n.format_percent if shared else i18n.format_number
    return [(words(_("What is aimed at")), how(words.language, target))]


def _rates(item: Item, rated: Mapping[str, str], words: Words, *, column: bool) -> tuple[Cell, ...]:
    """Return the column that tells what answers rate, where an instrument rates anything."""
    if not column:
        return ()
    if item.competency is None or item.id in rated:
        return (rated.get(item.id, ""),)
    named = f"{item.competency.framework} {item.competency.code}"
    return (words(_("Nothing: {competency} is not known here, or has another scale"), competency=named),)


def _item(instrument: Instrument, item: Item, words: Words) -> tuple[Cell, ...]:
    stage: tuple[Cell, ...] = ({"number": item.stage},) if instrument.scoring.stages else ()
    if item.kind is ItemKind.CHOICE:
        titles = [marked(one.titles, words.language) for one in instrument.scale_of(item).choices]
        return marked(item.texts, words.language), Markup(" · ").join(titles), *stage
    how = words(HOW[item.kind])
    return marked(item.texts, words.language), f"{how} ({item.measure})" if item.measure else how, *stage


def text(instrument: Instrument) -> str:
    """Return an instrument as text to be changed: the next version is written from it."""
    plain = msgspec.to_builtins(instrument)
    plain.pop("version", None)
    return msgspec.json.format(msgspec.json.encode(plain), indent=1).decode()
