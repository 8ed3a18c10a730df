"""What the pages of authors and reviewers show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import line_field
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, in_tongue
from govstack.pillars.learn.learning.courses.model import (
    Course,
    CoursePage,
    PageKind,
    QualityItem,
    Report,
    Review,
    Sheet,
    State,
    Version,
)
from govstack.pillars.learn.stages.presenters import STAGES

STATES = {
    State.DRAFT: (_("Draft"), "wait"),
    State.REVIEW: (_("Under review"), "new"),
    State.PUBLISHED: (_("Published"), "good"),
    State.WITHDRAWN: (_("Withdrawn"), "off"),
}
KINDS = {
    PageKind.TEXT: (_("Text"), _("Something to read, in Markdown")),
    PageKind.VIDEO: (_("Video"), _("A link or a package, with words for those who cannot see or hear it")),
    PageKind.PACKAGE: (_("Package"), _("Content that was made elsewhere, such as SCORM")),
    PageKind.QUIZ: (_("Quiz"), _("Questions that learners check themselves with")),
    PageKind.TEST: (_("Test"), _("A test from the bank of test items")),
    PageKind.ASSIGNMENT: (_("Assignment"), _("Work that learners hand in and somebody looks at")),
    PageKind.TOOL: (_("Tool"), _("What a tool of others offers, such as a quiz that it grades")),
}
CHANNEL_LINES = 10


def state(words: Words, one: Course) -> Mapping[str, object]:
    """Return where a course stands, as a cell."""
    text, sign = STATES[one.state]
    return {"status": words(text), "state": sign}


def rows(words: Words, found: Iterable[Course]) -> list[tuple[Cell, ...]]:
    """Return a table of courses for those who write them."""
    return [
        (
            {"text": in_tongue(one.title, one.language, words.language), "href": f"/workshop/{one.id}"},
             i18n.language_name(one.language),
            state(words, one), words(STAGES[one.stage]), {"moment": one.changed_at},
        )
        for one in found
    ]  # fmt: skip


def pages(words: Words, one: Course, version: Version) -> list[tuple[Cell, ...]]:
    """Return a table of the pages of a course."""
    return [
        (
            {
                "text": in_tongue(page.title, version.sheet.language, words.language),
                "href": f"/workshop/{one.id}/pages/{page.id}",
            },
            words(KINDS[page.kind][0]),
            words(_("Required")) if page.required else words(_("Optional")),
            {"status": words(_("Stale")), "state": "warn"} if page.stale else page.cites,
        )
        for page in version.pages
    ]  # fmt: skip


def reviews(words: Words, said: Iterable[Review], names: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """Return a table of what reviewers said."""
    return [
        (
            {"number": one.version}, names.get(one.reviewer, ""),
            {"status": words(_("Approved")), "state": "good"} if one.approved
            else {"status": words(_("Sent back")), "state": "bad"},
            one.words, {"moment": one.reviewed_at},
        )
        for one in said
    ]  # fmt: skip


def kinds(words: Words) -> list[tuple[str, str, str]]:
    """Return kinds of pages to choose from."""
    return [(kind.value, words(name), words(hint)) for kind, (name, hint) in KINDS.items()]


def faults(words: Words, found: Report) -> list[tuple[Cell, ...]]:
    """Return a table of what keeps somebody from reading the course."""
    return [(fault.page, words(fault.text)) for fault in found.faults]


def score(words: Words, found: Report) -> str:
    """Return how easy a course is to read, in words; for some languages there is no measure."""
    told = found.readability
    if told.score is None and told.language in {"en", "fr", "es"}:
        return words(_("There are too few words for a score."))
    if told.score is None:
        return words(_("There is no measure of readability for this language here. Have somebody read it aloud."))
    level = _("hard") if told.score < 40 else _("fairly easy") if told.score < 65 else _("easy")
    return words(_("{score} of 100: {level}"), score=told.score, level=words(level))


def questions_of(items: Iterable[QualityItem], language: str) -> list[tuple[str, str]]:
    """Return the checklist to choose from."""
    return [(item.id, in_language(item.texts, language)) for item in items if item.active]


def sheet_form(sheet: Sheet) -> dict[str, str]:
    """Return what a course says of itself, as a form holds it."""
    return {
        "title": sheet.title, "summary": sheet.summary, "language": sheet.language, "minutes": str(sheet.minutes or ""),
        "paid": "yes" if sheet.paid else "", "open": "yes" if sheet.open else "",
        "helpdesk": sheet.helpdesk, "answer_hours": str(sheet.answer_hours or ""),
        "channels": "\n".join(f"{one.kind}: {one.address}" for one in sheet.channels),
        "materials": line_field(sheet.materials), "competencies": line_field(sheet.competencies),
    }  # fmt: skip


def page_form(page: CoursePage) -> dict[str, str]:
    """Return a page of a course, as a form holds it."""
    return {
        "kind": page.kind.value, "title": page.title, "body": page.body, "reference": page.reference,
        "required": "yes" if page.required else "", "stale": "yes" if page.stale else "",
    }  # fmt: skip
