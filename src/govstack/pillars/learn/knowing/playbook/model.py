"""The records of the playbook (F17): pages in versions and languages, and the activities that each page names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind, Record

SECTION, PLANS = "playbook-desk", "programmes"
PAGES_MAX = 500
ACTIVITIES_MAX = 50
TICKETS_WAITING_MAX = 5_000
TICKET_CHARACTERS_MAX = 5_000
POSITION_MAX = 10_000
NAME_PATTERN = r"[a-z0-9][a-z0-9-]{0,59}"
VERSION_PATTERN = r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}"
NOT_A_NAME = _("Write small letters, digits and hyphens.")
NOT_A_VERSION = _("Write a version such as 1.0.1.")


def _addressed(content: Mapping[str, Any]) -> Mapping[str, str]:
    wrong = {} if re.fullmatch(NAME_PATTERN, content["page"]) else {"page": NOT_A_NAME}
    return wrong if re.fullmatch(VERSION_PATTERN, content["version"]) else {**wrong, "version": NOT_A_VERSION}


PAGE = Kind(
    name="playbook-page",
    plural="playbook-pages",
    label=_("Page of the playbook"),
    labels=_("Pages of the playbook"),
    lead=_("Each page in each version and language. What is for everybody is read without an account."),
    section=SECTION,
    write=TEACH,
    title="name",
    opens=True,
    judge=_addressed,
    fields=(
        Field("name", _("Name"), required=True),
        Field(
            "page", _("Address of the page"), required=True, listed=True,
            hint=_("The same in every version and language, such as digital-strategy."),
        ),
        Field("version", _("Version"), required=True, listed=True),
        Field("language", _("Language"), FieldKind.TERM, of="language", required=True, listed=True),
        Field("chapter", _("Chapter"), required=True),
        Field("position", _("Place in the version"), FieldKind.WHOLE, required=True, most=POSITION_MAX),
        Field("body", _("Text"), FieldKind.LONG, required=True),
        Field("sources", _("Sources"), FieldKind.LINES, required=True),
    ),
)  # fmt: skip
ACTIVITY = Kind(
    name="playbook-activity",
    plural="playbook-activities",
    label=_("Activity of a page"),
    labels=_("Activities of pages"),
    lead=_("What a page asks for: who does it, who answers for it, who is asked and told, and what comes out."),
    section=SECTION,
    write=TEACH,
    title="name",
    opens=True,
    fields=(
        Field("page", _("Page"), FieldKind.RECORD, of=PAGE.name, required=True, listed=True),
        Field("name", _("Activity"), required=True),
        Field("position", _("Place on the page"), FieldKind.WHOLE, required=True, most=POSITION_MAX),
        Field("responsible", _("Does it"), FieldKind.LINES, required=True),
        Field("accountable", _("Answers for it"), required=True),
        Field("consulted", _("Is asked"), FieldKind.LINES),
        Field("informed", _("Is told"), FieldKind.LINES),
        Field("deliverable", _("Deliverable"), required=True, listed=True),
    ),
)
CHECKLIST = Kind(
    name="playbook-checklist",
    plural="playbook-checklists",
    label=_("Checklist of an engagement"),
    labels=_("Checklists of engagements"),
    lead=_("The playbook step by step: what one version asks for, ticked off for the engagement of a country."),
    section=PLANS,
    write=PLAN,
    read=PLAN,
    title="name",
    journey=Journey("steps", _("Step by step")),
    judge=lambda content: {} if re.fullmatch(VERSION_PATTERN, content["version"]) else {"version": NOT_A_VERSION},
    fields=(
        Field("name", _("Name"), required=True),
        Field("engagement", _("Id of the engagement"), required=True, listed=True),
        Field("version", _("Version"), required=True, listed=True),
        Field("language", _("Language"), FieldKind.TERM, of="language", required=True),
    ),
)
TICK = Kind(
    name="playbook-tick",
    plural="playbook-ticks",
    label=_("Step of a checklist"),
    labels=_("Steps of checklists"),
    lead=_("Which activity of the playbook is done for which engagement, and what shows it."),
    section=PLANS,
    write=PLAN,
    read=PLAN,
    title="evidence",
    fields=(
        Field("checklist", _("Checklist"), FieldKind.RECORD, of=CHECKLIST.name, required=True, listed=True),
        Field("activity", _("Activity"), FieldKind.RECORD, of=ACTIVITY.name, required=True, listed=True),
        Field("state", _("State"), FieldKind.TERM, of="step-state", required=True, listed=True),
        Field("evidence", _("What shows it")),
    ),
)
KINDS = (PAGE, ACTIVITY, CHECKLIST, TICK)
DONE, AGAIN = "done", "again"


class TicketState(StrEnum):
    """What becomes of what a reader said."""

    NEW = "new"
    TAKEN = "taken"
    DONE = "done"
    DECLINED = "declined"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a reader said about a page, and what became of it. Name and e-mail are the sender's, empty once erased."""

    id: str
    version: str
    page: str
    language: str
    name: str
    email: str
    text: str
    state: TicketState
    answer: str
    created_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Book:
    """The playbook as somebody reads it: pages in their order, each in one language."""

    version: str
    versions: Sequence[str]
    pages: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Reading:
    """One page with its activities, the pages before and after, and the versions and languages that it is there in."""

    page: Record
    activities: Sequence[Record]
    before: Record | None
    after: Record | None
    versions: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Steps:
    """A checklist with the pages of its version, their activities, and what shows that some are done."""

    checklist: Record
    pages: Sequence[tuple[Record, Sequence[Record]]]
    done: Mapping[str, str]

    @property
    def total(self) -> int:
        """Return how many activities there are."""
        return sum(len(activities) for _page, activities in self.pages)


def order(version: str) -> tuple[tuple[int, str], ...]:
    """Return what versions are put in order by: 0.10 comes after 0.9."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"[.-]", version))


def book(pages: Iterable[Record], *, version: str, language: str) -> Book:
    """Return the pages of a version ("" is the newest), each in a language, else in English, else in any."""
    known = list(pages)
    versions = sorted({one.content["version"] for one in known}, key=order, reverse=True)
    chosen = version or (versions[0] if versions else "")
    ranks = {language: 0, "en": 1 if language != "en" else 0}
    best: dict[str, Record] = {}
    for one in known:
        if one.content["version"] == chosen:
            other = best.get(one.content["page"])
            rank = (ranks.get(one.content["language"], 2), one.id)
            if other is None or rank < (ranks.get(other.content["language"], 2), other.id):
                best[one.content["page"]] = one
    placed = sorted(best.values(), key=lambda one: (one.content["position"], one.content["page"]))
    return Book(chosen, versions, placed)


def responsibilities(activities: Iterable[Record]) -> tuple[list[str], list[tuple[str, dict[str, str]]]]:
    """Return the roles, and for each activity the letters R, A, C and I by role."""
    letters = (("responsible", "R"), ("accountable", "A"), ("consulted", "C"), ("informed", "I"))
    roles: dict[str, None] = {}
    rows = []
    for one in activities:
        parts: dict[str, list[str]] = {}
        for name, letter in letters:
            value = one.content.get(name, [])
            for role in [value] if isinstance(value, str) else value:
                parts.setdefault(role, []).append(letter)
        roles.update(dict.fromkeys(parts))
        rows.append((one.content["name"], {role: "/".join(said) for role, said in parts.items()}))
    return list(roles), rows
