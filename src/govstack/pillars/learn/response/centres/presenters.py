"""What pages show of training centres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.response.centres.model import Centre, Gate, Notice

GATES: Mapping[Gate, str] = {
    Gate.MANDATE: _("Mandate"), Gate.BUDGET: _("Budget"), Gate.TRAINERS: _("Trainers certified"),
    Gate.COHORT: _("First cohort"), Gate.EVALUATION: _("Evaluation"),
}  # fmt: skip


def rows(found: Iterable[Centre], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of centres."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/desk/centres/{one.id}"}, one.institution,
            i18n.country_name(words.language, one.country), {"number": one.yearly_capacity},
            words(GATES[one.next_gate]) if one.next_gate else words(_("All gates passed")),
        )
        for one in found
    ]  # fmt: skip


def card(one: Centre, words: Words) -> list[tuple[str, str]]:
    """Return the details of a centre."""
    accredited = one.accreditation
    until = i18n.format_date(words.language, accredited.until) if accredited and accredited.until else ""
    return [
        (words(_("Institution")), one.institution),
        (words(_("Mandate")), one.mandate),
        (words(_("Country")), i18n.country_name(words.language, one.country)),
        (words(_("Accredited by")), accredited.body if accredited else ""),
        (words(_("Accredited until")), until),
        (words(_("Trainers")), i18n.format_number(words.language, len(one.trainers))),
        (words(_("People a year")), i18n.format_number(words.language, one.yearly_capacity)),
        (words(_("Site")), one.site),
        (words(_("Issuer of credentials")), one.issuer),
    ]


def public_card(one: Centre, words: Words) -> list[tuple[str, str]]:
    """Return what everybody reads of a centre: nothing of its set-up and its use."""
    told = dict(card(one, words))
    hidden = (words(_("Trainers")), words(_("People a year")))
    rooms = words.listed(room.name for room in one.rooms)
    return [
        (label, text) for label, text in (*told.items(), (words(_("Rooms")), rooms)) if text and label not in hidden
    ]


def given(one: Centre | None, known: Mapping[str, Person], language: str) -> dict[str, str]:
    """Return the details of a centre as its form has them, trainers by number."""
    if one is None:
        return {}
    accredited = one.accreditation
    return {
        "title": in_language(one.titles, language),
        "institution": one.institution,
        "mandate": one.mandate,
        "country": one.country,
        "accreditor": accredited.body if accredited else "",
        "accreditation_number": accredited.number if accredited else "",
        "trainers": "\n".join(known[each].number or each for each in one.trainers if each in known),
        "yearly_capacity": str(one.yearly_capacity or ""),
        "site": one.site,
        "issuer": one.issuer,
        "public": "yes" if one.public else "",
    }


def gates(one: Centre, words: Words) -> list[tuple[str, str]]:
    """Return the gates of the set-up and where the centre stands with each."""
    done = {passed.gate for passed in one.gates}
    return [
        (words(label), "done" if gate in done else "current" if one.next_gate is gate else "todo")
        for gate, label in GATES.items()
    ]


def passed(one: Centre, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of gates that were passed, and what shows it."""
    return [(words(GATES[each.gate]), i18n.format_date(words.language, each.on), each.evidence) for each in one.gates]


def rooms(one: Centre, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of rooms."""
    return [(room.name, {"number": room.capacity}, words(_("Yes")) if room.accessible else "") for room in one.rooms]


def _material(material_id: str, titles: Mapping[str, str]) -> Cell:
    title = titles.get(material_id)
    return {"text": title, "href": f"/materials/{material_id}"} if title else material_id


def materials(
    one: Centre, newest: Mapping[str, str], titles: Mapping[str, str], words: Words
) -> list[tuple[Cell, ...]]:
    """Return the table of material that a centre works with, and whether there is a newer version of it."""
    current: Cell = {"status": words(_("Current")), "state": "good"}
    return [
        (
            _material(each.material_id, titles), each.version,
            current if newest.get(each.material_id, each.version) == each.version else
            {"status": words(_("Version {version} is out"), version=newest[each.material_id]), "state": "warn"},
        )
        for each in one.materials
    ]  # fmt: skip


def material_choices(one: Centre, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the material that a centre works with, to choose from."""
    return [(each.material_id, titles.get(each.material_id, each.material_id)) for each in one.materials]


def notices(
    one: Centre, told: Iterable[Notice], newest: Mapping[str, str], titles: Mapping[str, str]
) -> list[tuple[Cell, ...]]:
    """Return the table of newer versions that a centre does not work with yet."""
    return [
        (_material(each.material_id, titles), each.version, {"moment": each.at})
        for each in told
        if newest.get(each.material_id) == each.version != one.version_of(each.material_id)
    ]
