"""What every page of this pillar shares: its words and its navigation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from govstack.kernel import i18n
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.pillars.learn.frame.model import ADMINISTER, ADVISE, FACILITATE, LEAD, PLAN, TEACH
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
# What the shape of a document asks for, in words for a form: the field itself is named there.
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Signs that end a sentence rather than an address.
_BEHIND_ADDRESS = ".,;:!?)\u00bb\u201d"
_INSIDE = re.compile(r"holds a (?:value|name) that |row \d+ ")
_PLAIN: Mapping[str, str] = {
    "is missing": _("must not be empty"),
    "is not one of the values that are allowed": _("must be one of the words that are offered"),
    "does not have the form that the schema demands": _("cannot be written like this; the help at the field says how"),
    "is not a whole number": _("must be a whole number"),
}
_SHAPES = (
    _("must have at most {number} characters"), _("must be at least {number}"), _("must be at most {number}"),
    _("needs one option a line, such as A: yes"), _("has the option {option} twice"),
)  # fmt: skip
# A refusal repeats as much of what was sent as one needs to find it again.
REPEATED_MAX = 5
REPEATED_CHARACTERS_MAX = 40
Cell = str | Mapping[str, object]

# The sections of these pages: name, label, path below the pillar, and the scopes of which one is needed so that a
# section is offered ("" offers it to everybody). Each page decides again by itself.
SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("start", _("Learning"), "/", ""),
    ("skills", _("My skills"), "/my-skills", ""),
    ("competencies", _("Competencies"), "/frameworks", ""),
    ("catalogue", _("Catalogue"), "/catalogue", ""),
    ("paths", _("Learning paths"), "/paths", ""),
    ("mine", _("My learning"), "/my/learning", ""),
    ("requests", _("My requests for experts"), "/my/requests", ""),
    ("dashboard", _("Capacity of the country"), "/dashboard", f"{PLAN} {LEAD}"),
    ("desk", _("Training desk"), "/desk", PLAN),
    ("teach", _("Sessions that I teach"), "/teach", TEACH),
    ("needs", _("Needs and assets"), "/needs", PLAN),
    ("programmes", _("Plans"), "/plans", PLAN),
    ("change", _("Change"), "/change", PLAN),
    ("evaluation", _("Evaluation"), "/evaluation", PLAN),
    ("expertise", _("Expertise"), "/expertise", ADVISE),
    ("library", _("Knowledge"), "/library", ""),
    ("search", _("Search"), "/search", ""),
    ("knowledge", _("Keep knowledge"), "/knowledge", FACILITATE),
    ("playbook", _("Playbook"), "/playbook", ""),
    ("playbook-desk", _("Keep the playbook"), "/playbook-desk", TEACH),
    ("feedback", _("Policy feedback"), "/policy-feedback", ""),
    ("policy", _("Insights for policies"), "/policy", FACILITATE),
    ("communities", _("Communities"), "/community", ""),
    ("showcase", _("Countries"), "/countries", ""),
    ("gaps", _("Skill matrix"), "/skill-matrix", PLAN),
    ("figures", _("Gaps that come first"), "/skill-gaps", LEAD),
    ("courses", _("Courses"), "/courses", ""),
    ("workshop", _("Workshop"), "/workshop", TEACH),
    ("materials", _("Learning material"), "/materials", ""),
    ("people", _("People"), "/people", PLAN),
    ("lists", _("Words to choose from"), "/lists", ADMINISTER),
    ("badges", _("My badges"), "/badges", ""),
    ("award", _("Award badges"), "/award", TEACH),
    ("register", _("Badge register"), "/badge-register", ADMINISTER),
    ("verify", _("Check a badge"), "/verify", ""),
    ("tests", _("Tests"), "/tests", ""),
    ("items", _("Test items"), "/items", TEACH),
    ("record", _("My learning record"), "/my-record", ""),
    ("figures", _("Learning figures"), "/figures/learning", PLAN),
    ("assessments", _("My assessments"), "/assessments", ""),
    ("campaigns", _("Campaigns"), "/campaigns", PLAN),
    ("instruments", _("Instruments"), "/instruments", PLAN),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that belong together; people see groups in the navigation, and their sections one step further."""

    name: str
    label: str
    sections: tuple[str, ...]


GROUPS = (
    Group("learning", _("Learning"), ("start",)),
    Group("me", _("My skills"), ("skills", "mine", "assessments", "badges", "record", "requests")),
    Group("courses", _("Courses"), ("catalogue", "courses", "paths", "materials", "tests")),
    Group("needs", _("Needs"), ("needs", "campaigns", "gaps", "figures", "dashboard", "instruments")),
    Group("plans", _("Plans"), ("programmes", "change", "evaluation")),
    Group("teaching", _("Teaching"), ("desk", "teach", "workshop", "items", "award")),
    # Whatever stands in no other group is knowledge of some kind.
    Group("knowledge", _("Knowledge"), ("competencies", "showcase", "expertise", "verify")),
    Group("administration", _("Administration"), ("people", "lists", "register")),
)
OTHERWISE = "knowledge"
# What stands above pages that are not drawn here, such as refusals: label, path and scope.
PLACES = tuple(
    (group.label, "/" if group.sections == ("start",) else f"/sections/{group.name}", "") for group in GROUPS[:3]
)

# Pages that a section leads to beside its records, as section, label, path and scope.
LINKS: tuple[tuple[str, str, str, str], ...] = (
    ("needs", _("Map of stakeholders"), "/stakeholder-map", PLAN),
    ("needs", _("Gaps and what there is for them"), "/needs-and-assets", PLAN),
    ("workshop", _("Helpdesk of courses"), "/helpdesk", TEACH),
    ("people", _("Organisations"), "/organisations", PLAN),
    ("record", _("What is known of me, and how I am reached"), "/my/details", ""),
    ("playbook-desk", _("What readers said"), "/playbook-tickets", TEACH),
    ("knowledge", _("Figures of the knowledge cycle"), "/knowledge-figures", FACILITATE),
    ("communities", _("My communities"), "/my-communities", ""),
    ("communities", _("My contributions"), "/my-contributions", ""),
    ("communities", _("My applications to groups"), "/my-applications", ""),
    ("communities", _("My proposals"), "/proposals", ""),
    ("policy", _("Proposals that wait for a decision"), "/waiting-proposals", FACILITATE),
    ("expertise", _("Proposals that wait for a decision"), "/waiting-proposals", ADVISE),
    ("communities", _("What countries take part in"), "/country-participation", FACILITATE),
    ("expertise", _("Excellence centre"), "/excellence", ADVISE),
    ("expertise", _("Find experts"), "/talent", ADVISE),
    ("expertise", _("How long challenges take"), "/challenge-times", ADVISE),
)


class Words(Sentences):
    """Sentences of the pages of learning."""

    folder = FOLDER


def lasting(hours: float, words: Words) -> str:
    """Return a length of time in hours; in minutes below one hour."""
    if hours < 1:
        return words(_("{number} min"), number=i18n.format_number(words.language, round(hours * 60)))
    return words(_("{number} h"), number=i18n.format_number(words.language, hours))


def framed(
    call: Call, section: str, template: str, values: Mapping[str, object], *, status: int | None = None
) -> Page:  # fmt: skip
    """Return a page with the navigation that fits the person; with `errors` it is 400 unless a status is given.

    `written_in` among the values is the language of the content. Where that is not the reader's, nor the one that they
    chose (`wanted`), `fell_back` says so, for the template to put at the text.
    """
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **values}
    if "written_in" in values:
        wanted = str(values.get("wanted", call.language))
        shown["fell_back"] = fell_back(Words(call.language), str(values["written_in"]), wanted)
    return Page(template, shown, status=status or (400 if shown["errors"] else 200))


Section = tuple[str, str, str, str]


def grouped(by: Actor) -> list[tuple[Group, list[Section]]]:
    """Return the sections that somebody can make use of, by group; groups without any are left out."""
    placed = {name: group.name for group in GROUPS for name in group.sections}
    found: dict[str, list[Section]] = {group.name: [] for group in GROUPS}
    for section in SECTIONS:
        name, _label, _path, scopes = section
        if not scopes or any(by.may(scope) for scope in scopes.split()):
            found[placed.get(name, OTHERWISE)].append(section)
    return [(group, found[group.name]) for group in GROUPS if found[group.name]]


def navigation(by: Actor, active: str) -> list[tuple[str, str, bool]]:
    """Return the groups of sections that somebody can make use of, as label, path and whether it is the present one.

    A group of one section leads there at once.
    """
    return [
        (
            group.label if len(sections) > 1 else sections[0][1],
            f"/sections/{group.name}" if len(sections) > 1 else sections[0][2],
            active in {name for name, *_rest in sections},
        )
        for group, sections in grouped(by)
    ]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in English, else in any: contents of a country need not be in all."""
    return texts.get(spoken(texts, language), "")


def spoken(texts: Mapping[str, str], language: str) -> str:
    """Return the language in which a text is there: the reader's, else English, else any; theirs for nothing at all."""
    return next((one for one in (language, "en", *texts) if texts.get(one)), language)


def marked(texts: Mapping[str, str], language: str) -> str:
    """Return the text as a page shows it in a table or a form: with its language, where that is not the reader's."""
    return in_tongue(in_language(texts, language), spoken(texts, language), language)


def in_tongue(text: str, tongue: str, language: str) -> str:
    """Return a text with the language that it is written in, where that is known and not the reader's."""
    return Markup('<span lang="{}" dir="auto">{}</span>').format(tongue, text) if tongue not in ("", language) else text


def linked(text: str) -> Markup:
    """Return a text in which addresses of the web are links; everything else in it is text."""
    told, at = Markup(""), 0
    for found in _ADDRESS.finditer(text):
        href = found[0].rstrip(_BEHIND_ADDRESS)
        link = Markup('<a class="govuk-link" href="{0}" rel="noreferrer external">{0}</a>').format(href)
        told += Markup("{}{}").format(text[at : found.start()], link)
        at = found.start() + len(href)
    return told + Markup("{}").format(text[at:])


def fault_in_words(text: str, words: Words) -> str:
    """Return what is wrong with one part of what was sent, said to whoever fills in a form, as a sentence."""
    plain = _INSIDE.sub("", text)
    return words(_("This part {fault}"), fault=words.said(_PLAIN.get(plain, plain)))


def labelled_with(words: Words, label: str, value: str) -> str:
    """Return a value after what it is, with the mark and the space that the language puts between them."""
    return words(_("{label}: {value}"), label=label, value=value)


def languages_named(codes: Iterable[str], words: Words) -> str:
    """Return languages by their own names, as a list in a sentence; a code without a name stays."""
    return words.listed(i18n.language_name(code) for code in codes)


def repeated(texts: Sequence[str], words: Words) -> str:
    """Return what somebody sent as a refusal repeats it: the first few, each cut, with a mark where there are more."""
    told = [one if len(one) <= REPEATED_CHARACTERS_MAX else f"{one[:REPEATED_CHARACTERS_MAX]}…" for one in texts]
    return words.listed(told[:REPEATED_MAX]) + (" …" if len(told) > REPEATED_MAX else "")


def fell_back(words: Words, written_in: str, wanted: str) -> str:
    """Say in the reader's language that a text stands in another one than is wanted; nothing where it does not."""
    if written_in == wanted:
        return ""
    return words(
        _("This text is not there in the language that you read. It is shown in {language}."),
        language=i18n.language_name(written_in),
    )
