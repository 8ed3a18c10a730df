"""What pages of drafts show: the parts of a draft, what is wrong where, and the cells of its forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, fault_in_words, in_language, languages_named
from govstack.pillars.learn.needs.drafting.model import ONE_SPARE, YES, Draft, of_part
from govstack.pillars.learn.needs.instruments.model import (
    CHOICES_MAX,
    SHARING,
    ChoiceKind,
    Family,
    Fault,
    Instrument,
    Item,
    ItemKind,
    Scale,
    Section,
    Unit,
    faults,
)
from govstack.pillars.learn.needs.instruments.presenters import FAMILIES, UNITS

ITEM_KINDS = {
    ItemKind.CHOICE: _("By choosing a level of a scale"), ItemKind.NUMBER: _("With a number"),
    ItemKind.TEXT: _("With a text, which counts for nothing"),
}  # fmt: skip
CHOICE_KINDS = {
    ChoiceKind.LEVEL: _("A level; levels stand in their order, the lowest first"),
    ChoiceKind.ABSENT: _("Nothing there: below all levels"),
    ChoiceKind.UNASSESSED: _("Not looked at: counts as no answer"),
    ChoiceKind.INAPPLICABLE: _("Does not apply: left out of the result"),
}
FAMILY_NAMES = {
    Family.ORDINAL: _("Levels in order"), Family.MEAN: _("Weighted mean"), Family.STAGED: _("Stages"),
    Family.STANDARD: _("Comparison with peers"),
}  # fmt: skip
# The parts of a draft that are neither sections nor items nor scales, with the page that changes them.
PLACES = {
    "titles": (_("Title"), "/about"), "sections": (_("Sections"), "/new-section"), "items": (_("Questions"), ""),
    "scoring.bands": (_("Bands of results"), "/scoring"), "scoring.stages": (_("Names of the stages"), "/scoring"),
    "scoring.peers": (_("Peers"), "/document"),
}  # fmt: skip


def address(draft: Draft, rest: str = "") -> str:
    """Return the address of a page of a draft."""
    return f"/instruments/{draft.id}/draft{rest}"


def labelled(labels: Mapping[Any, str], words: Words) -> list[tuple[str, str]]:
    """Return the choices of a field."""
    return [(str(key), words(label)) for key, label in labels.items()]


def drafts(found: Iterable[Draft], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of drafts."""
    return [
        ({"text": in_language(one.instrument.titles, words.language), "href": address(one)}, {"moment": one.changed_at})
        for one in found
    ]


def overview(draft: Draft, words: Words) -> dict[str, Any]:
    """Return a draft with its parts, and what keeps it from being a version."""
    one, language = draft.instrument, words.language
    wrong = faults(one)
    return {
        "name": in_language(one.titles, language),
        "facts": [
            (words(_("Assesses")), words(UNITS[one.unit]), address(draft, "/about")),
            (words(_("Languages")), languages_named(one.languages, words), address(draft, "/about")),
            (words(_("Source")), one.source, address(draft, "/about")),
            (words(_("Licence")), one.licence, address(draft, "/about")),
            (words(_("How it is scored")), words(FAMILIES[one.scoring.family]), address(draft, "/scoring")),
        ],
        "sections": [
            {
                "id": section.id, "text": in_language(section.titles, language),
                "note": words.count("{count} question", "{count} questions", len(one.items_of(section.id))),
                "href": address(draft, f"/sections/{section.id}"),
            }
            for section in one.sections
        ],
        "scales": [
            (
                {"text": scale.id, "href": address(draft, f"/scales/{scale.id}")},
                " · ".join(in_language(choice.titles, language) for choice in scale.choices),
            )
            for scale in one.scales
        ],
        "faults": [_fault(draft, fault, words) for fault in wrong],
    }  # fmt: skip


def _fault(draft: Draft, fault: Fault, words: Words) -> tuple[Cell, ...]:
    said = words(fault.words)
    tongue = fault.field.partition(".")[2]
    said = words(_("{what} ({tongue})"), what=said, tongue=tongue) if tongue else said
    if fault.place in PLACES:
        label, rest = PLACES[fault.place]
        return {"text": words(label), "href": address(draft, rest)}, said
    one, language = draft.instrument, words.language
    for kind, parts in (("sections", one.sections), ("items", one.items), ("scales", one.scales)):
        for part in parts:
            if of_part([fault], kind, part.id, parts):
                text = part.id if isinstance(part, Scale) else in_language(_named(part), language)
                return {"text": text, "href": address(draft, f"/{kind}/{part.id}")}, said
    return fault.place, said


def _named(part: Section | Item) -> Mapping[str, str]:
    return part.titles if isinstance(part, Section) else part.texts


def section_errors(draft: Draft, section: Section, words: Words) -> dict[str, str]:
    """Return what is wrong with a section, by field."""
    found = of_part(faults(draft.instrument), "sections", section.id, draft.instrument.sections)
    return _by_field([(_field(one), one.words) for one in found], words)


def item_errors(draft: Draft, item: Item, words: Words) -> dict[str, str]:
    """Return what is wrong with an item, by field."""
    found = of_part(faults(draft.instrument), "items", item.id, draft.instrument.items)
    return _by_field([(_field(one), one.words) for one in found], words)


def scale_errors(draft: Draft, scale: Scale, words: Words) -> dict[str, str]:
    """Return what is wrong with a scale, by field: what concerns all of its levels stands at the first."""
    found = of_part(faults(draft.instrument), "scales", scale.id, draft.instrument.scales)
    places = {f"scales.{scale.id}.{one.id}": number for number, one in enumerate(scale.choices)}
    told = []
    for one in found:
        name, _point, language = one.field.partition(".")
        number = places.get(one.place, 0)
        told.append((f"{name}-{number}-{language}" if language else f"{name}-{number}" if name else "", one.words))
    return _by_field(told, words)


def about_errors(draft: Draft, words: Words) -> dict[str, str]:
    """Return what is wrong with what a draft says of itself, by field."""
    return _by_field([(_field(one), one.words) for one in faults(draft.instrument) if one.place == "titles"], words)


def scoring_errors(draft: Draft, words: Words) -> dict[str, str]:
    """Return what is wrong with how a draft is scored, by field."""
    names = {"scoring.bands": "least-0", "scoring.stages": f"stage-0-{draft.instrument.languages[0]}"}
    found = [one for one in faults(draft.instrument) if one.place.startswith("scoring.")]
    return _by_field([(names.get(one.place, ""), one.words) for one in found], words)


def entry_errors(fields: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return why what was entered is not kept, by field."""
    return _by_field(list(fields.items()), words)


def whole_errors(problem: Problem, words: Words) -> dict[str, str]:
    """Return why a change is refused that is no matter of one field."""
    told = [f"{place}: {words.said(text)}" for place, text in problem.fields.items()]
    return {"": " ".join([words.said(problem.detail), *told])}


def numbers(cells: Mapping[str, str]) -> range:
    """Return the rows that a form shows."""
    shown = cells.get("rows", "")
    return range(min(int(shown), CHOICES_MAX + ONE_SPARE) if shown.isdecimal() and len(shown) < 4 else 0)


def _field(fault: Fault) -> str:
    return fault.field.replace(".", "-", 1)


def _by_field(told: Sequence[tuple[str, str]], words: Words) -> dict[str, str]:
    """Return one message for each field, made a sentence of its own."""
    found: dict[str, str] = {}
    for name, text in told:
        found.setdefault(name, fault_in_words(text, words))
    return found


def about_cells(one: Instrument) -> dict[str, str]:
    """Return the cells of the form about an instrument as a whole."""
    return {
        **_texts("titles", one.titles), **_texts("summaries", one.summaries), "source": one.source,
        "licence": one.licence, "unit": str(one.unit), "languages": " ".join(one.languages),
    }  # fmt: skip


def section_cells(one: Section) -> dict[str, str]:
    """Return the cells of the form of a section."""
    return {**_texts("titles", one.titles), **_texts("themes", one.themes), "weight": _plain(one.weight)}


def item_cells(one: Item) -> dict[str, str]:
    """Return the cells of the form of an item."""
    return {
        **_texts("texts", one.texts), **_texts("hints", one.hints), "section": one.section, "kind": str(one.kind),
        "scale": one.scale or "", "weight": _plain(one.weight), "stage": str(one.stage or ""),
        "lowest": _plain(one.lowest), "highest": _plain(one.highest), "measure": one.measure,
        "evidence": YES if one.evidence else "",
        "competency": f"{one.competency.framework}/{one.competency.code}" if one.competency else "",
    }  # fmt: skip


def scale_cells(one: Scale) -> dict[str, str]:
    """Return the cells of the form of a scale, with one spare row."""
    cells = {"rows": str(min(len(one.choices) + ONE_SPARE, CHOICES_MAX))}
    for number, choice in enumerate(one.choices):
        cells |= _texts(f"titles-{number}", choice.titles)
        cells |= {
            f"id-{number}": choice.id, f"kind-{number}": str(choice.kind), f"value-{number}": _plain(choice.value),
            f"met-{number}": YES if choice.met else "",
        }  # fmt: skip
    return cells


def scoring_cells(one: Instrument) -> dict[str, str]:
    """Return the cells of the form of the scoring, with one spare row."""
    rows = one.scoring.bands if one.scoring.family in SHARING else one.scoring.stages
    cells = {"family": str(one.scoring.family), "target": _plain(one.scoring.target)}
    for number, band in enumerate(one.scoring.bands):
        cells |= {**_texts(f"titles-{number}", band.titles), f"id-{number}": band.id}
        cells[f"least-{number}"] = _plain(band.least)
    for number, texts in enumerate(one.scoring.stages):
        cells |= _texts(f"stage-{number}", texts)
    return {**cells, "rows": str(len(rows) + ONE_SPARE)}


def anchor_cells(item: Item, scale: Scale) -> dict[str, str]:
    """Return the cells of the form of what is seen where each choice of a scale holds."""
    found: dict[str, str] = {}
    for number, choice in enumerate(scale.choices):
        found |= _texts(f"anchor-{number}", item.anchors.get(choice.id, {}))
    return found


def rows(draft: Draft, section: Section, words: Words) -> list[dict[str, str]]:
    """Return the items of a section in their order."""
    return [
        {
            "id": one.id, "text": in_language(one.texts, words.language),
            "note": one.scale or words(ITEM_KINDS[one.kind]), "href": address(draft, f"/items/{one.id}"),
        }
        for one in draft.instrument.items_of(section.id)
    ]  # fmt: skip


def named(texts: Mapping[str, str], words: Words) -> str:
    """Return a text of the draft in the language of the page."""
    return in_language(texts, words.language)


def units(words: Words) -> list[tuple[str, str]]:
    """Return what can be assessed."""
    return labelled({unit: UNITS[unit] for unit in Unit}, words)


def families(words: Words) -> list[tuple[str, str, str]]:
    """Return the families of scoring, and what each does."""
    return [(str(one), words(name), words(FAMILIES[one])) for one, name in FAMILY_NAMES.items()]


def sections(one: Instrument, words: Words) -> list[tuple[str, str]]:
    """Return the sections to choose from."""
    return [(section.id, in_language(section.titles, words.language)) for section in one.sections]


def scales(one: Instrument, words: Words) -> list[tuple[str, str]]:
    """Return the scales to choose from, told by their choices."""
    return [
        (scale.id, " · ".join(in_language(choice.titles, words.language) for choice in scale.choices))
        for scale in one.scales
    ]


def _texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}-{language}": text for language, text in texts.items()}


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"
