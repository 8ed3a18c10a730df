"""The sentences of drafts, and what the pages of outlines show."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.courses.model import PageKind, questions
from govstack.pillars.learn.learning.outlines.model import Lesson, Outline, State
from govstack.pillars.learn.learning.plainness.model import rendered

DRAFTED = _("A machine drafted this lesson from a specification. Check it, then write it anew in your own words.")
STATES = {
    State.DRAFT: (_("Draft, made by a machine"), "wait"),
    State.APPROVED: (_("Approved"), "good"),
    State.REJECTED: (_("Rejected"), "off"),
}


def words_of(language: str) -> dict[str, str]:
    """Return the sentences of a draft in the language of the course."""
    words = Words(language)
    return {
        "draft": words(DRAFTED),
        "says": words(_("What the specification says")),
        "source": words(_("Source:")),
        "matters": words(_("Why it matters")),
        "why": words(_("Write down for whom this part matters, and what goes wrong without it.")),
        "try": words(_("Try it")),
        "task": words(_("Describe a service of your country in which this part is needed, and who would use it.")),
        "quiz": words(_("What the terms mean")),
        "means": words(_("What does “{term}” mean?")),
    }


def rows(words: Words, found: Iterable[Outline]) -> list[tuple[Cell, ...]]:
    """Return a table of outlines."""
    return [
        (
            {"text": one.name, "href": f"/outlines/{one.id}"}, one.version, state(words, one),
            {"number": sum(lesson.stale for lesson in one.lessons)}, {"number": len(one.new)},
        )
        for one in found
    ]  # fmt: skip


def state(words: Words, one: Outline) -> dict[str, object]:
    """Return where an outline stands, as a cell."""
    text, sign = STATES[one.state]
    return {"status": words(text), "state": sign}


def lessons(words: Words, one: Outline) -> list[tuple[Cell, ...]]:
    """Return a table of the lessons of an outline."""
    return [
        (
            {"text": lesson.page.title, "href": f"/outlines/{one.id}/preview#{lesson.page.id}"}, lesson.page.cites,
            {"status": words(_("New section")), "state": "new"} if lesson.new
            else {"status": words(_("Stale")), "state": "warn"} if lesson.stale
            else {"status": words(_("Current")), "state": "good"},
        )
        for lesson in one.lessons
    ]  # fmt: skip


def new_sections(one: Outline) -> list[tuple[str, str]]:
    """Return the sections to choose from that the course does not have yet."""
    return [(lesson.section, lesson.section_title) for lesson in one.new]


def preview(one: Outline) -> list[dict[str, object]]:
    """Return the whole outline to be read: each lesson as learners would see it, quizzes with what is right."""
    return [
        {
            "id": lesson.page.id, "title": lesson.page.title, "cites": lesson.page.cites, "stale": lesson.stale,
            "new": lesson.new, "quiz": _asked(lesson),
            "body": "" if lesson.page.kind is PageKind.QUIZ else rendered(lesson.page.body, below=2),
        }
        for lesson in one.lessons
    ]  # fmt: skip


def _asked(lesson: Lesson) -> list[tuple[str, list[tuple[str, bool]]]]:
    if lesson.page.kind is not PageKind.QUIZ:
        return []
    return [
        (asked.text, [(option, place in asked.right) for place, option in enumerate(asked.options)])
        for asked in questions(lesson.page.body)
    ]
