"""What the pages of learning material show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import is_day
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, in_tongue, languages_named
from govstack.pillars.learn.needs.frameworks.model import Competency, Named
from govstack.pillars.learn.needs.frameworks.presenters import called
from govstack.pillars.learn.response.materials.model import Choice, Gap, Licence, Link, Material, State
from govstack.pillars.learn.response.typologies.model import Term
from govstack.pillars.learn.stages.presenters import STAGES

# What subjects are called, by their kind and by what means them.
Names = Mapping[tuple[str, str], str]

STATES = {State.DRAFT: _("Draft"), State.PUBLISHED: _("Published"), State.RETIRED: _("Retired")}
SIGNS = {State.DRAFT: "wait", State.PUBLISHED: "good", State.RETIRED: "off"}
CHOICES = {
    Choice.REUSE: (_("Reuse it as it is"), _("Nothing new is entered; your reason is kept with the material.")),
    Choice.IMPROVE: (_("Improve it"), _("You adapt it. The licence must allow that, and its origin stays visible.")),
    Choice.CREATE: (_("Create new material"), _("Nothing that is there fits.")),
}
LINKS = {Link.UNCHECKED: _("Not looked at"), Link.WORKS: _("Works"), Link.BROKEN: _("Leads nowhere")}
LINK_SIGNS = {Link.UNCHECKED: "off", Link.WORKS: "good", Link.BROKEN: "bad"}
DECIDED = {
    Choice.REUSE.value: _("Reused"), Choice.IMPROVE.value: _("Improved"), Choice.CREATE.value: _("Created new"),
}  # fmt: skip
NOTICES = {"open": _("Open"), "accepted": _("Accepted"), "declined": _("Declined")}


def rows(words: Words, found: Iterable[Material], licences: Mapping[str, Licence]) -> list[tuple[Cell, ...]]:
    """Return a table of material."""
    return [
        (
            {"text": in_tongue(one.title, one.language, words.language), "href": f"/materials/{one.id}"},
            languages_named([one.language], words), one.format,
            licence_name(words, one, licences), {"status": words(STATES[one.state]), "state": SIGNS[one.state]},
        )
        for one in found
    ]  # fmt: skip


def licence_name(words: Words, one: Material, licences: Mapping[str, Licence]) -> str:
    """Return the name of the licence of material."""
    known = licences.get(one.licence_id or "")
    return known.name if known else words(_("No licence yet"))


def allows(words: Words, licence: Licence | None) -> str:
    """Return what a licence allows, in words."""
    if licence is None:
        return words(_("Without a licence nothing is allowed, and it cannot be published."))
    told = [
        words(_("It may be adapted.")) if licence.adapting else words(_("It may not be adapted.")),
        words(_("It may be used where people pay."))
        if licence.selling
        else words(_("It may not be used where people pay.")),
    ]
    if licence.share_alike:
        told.append(words(_("What is made from it keeps the same licence.")))
    if licence.credit:
        told.append(words(_("Its makers must be named.")))
    return " ".join(told)


def _day(text: str, words: Words) -> str:
    """Return a day as people write it; what came in by a program and is in no calendar stands as it came."""
    return i18n.format_date(words.language, text) if is_day(text) else text


def facts(
    words: Words, one: Material, licences: Mapping[str, Licence], owner: str, names: Names
) -> list[tuple[object, ...]]:
    """Return what is known of material, as rows of a list."""
    return [
        (words(_("Language")), languages_named([one.language], words)),
        (words(_("Format")), one.format),
        (words(_("Version")), one.version),
        (words(_("Licence")), licence_name(words, one, licences)),
        (words(_("What the licence allows")), allows(words, licences.get(one.licence_id or ""))),
        (words(_("Rights are held by")), one.holder),
        (words(_("Source")), one.source),
        (words(_("State of its making")), words(STAGES[one.stage])),
        (words(_("Looked after by")), owner),
        (words(_("Topics")), words.listed(names.get(("topic", text), text) for text in one.topics)),
        (words(_("Competencies")), words.listed(names.get(("competency", text), text) for text in one.competencies)),
        (words(_("Last review")), _day(one.reviewed_on, words)),
        (words(_("Next review")), _day(one.review_due, words)),
        (words(_("People pay for it")), words(_("Yes")) if one.paid else words(_("No"))),
        (words(_("Link")), words(LINKS[one.link_state]) if one.address else ""),
    ]


def licence_options(words: Words, licences: Iterable[Licence]) -> list[tuple[str, str]]:
    """Return licences to choose from."""
    return [("", words(_("Not known yet"))), *((one.id, one.name) for one in licences)]


def choices(words: Words, *, any_similar: bool) -> list[tuple[str, str, str]]:
    """Return what an author may decide."""
    offered = list(Choice) if any_similar else [Choice.CREATE]
    return [(one.value, words(CHOICES[one][0]), words(CHOICES[one][1])) for one in offered]


SUBJECT_KINDS = {"topic": _("Topic"), "competency": _("Competency, by its code")}


def names_of(known: Sequence[Competency], topics: Iterable[Term], words: Words) -> Names:
    """Return what subjects are called, by their kind and by what means them."""
    named = Named(known)
    told = {("topic", one.id): in_language(one.titles, words.language) for one in topics}
    for one in known:
        told["competency", named.text(one.id)] = told["competency", one.id] = called(one, words.language)
    return told


def wishes(found: Sequence[tuple[str, str]], names: Names) -> list[tuple[str, str]]:
    """Return what material is wanted on, as choices."""
    return [(f"{kind}/{text}", names.get((kind, text), text)) for kind, text in found]


def gap_table(words: Words, gaps: Sequence[Gap], names: Names) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Return the languages, and a row for each subject with a number or the word for none in each."""
    languages = sorted({one.language for one in gaps})
    subjects: dict[tuple[str, str], dict[str, int]] = {}
    for one in gaps:
        subjects.setdefault((one.kind, one.subject), {})[one.language] = one.count
    table: list[tuple[Cell, ...]] = []
    for (kind, subject), counts in subjects.items():
        cells: list[Cell] = [
            {"number": counts[language]} if counts[language] else {"status": words(_("None")), "state": "bad"}
            for language in languages
        ]
        table.append((names.get((kind, subject), subject), *cells))
    return [languages_named([one], words) for one in languages], table
