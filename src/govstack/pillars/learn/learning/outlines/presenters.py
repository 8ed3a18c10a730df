"""The sentences of drafts, and what the pages of outlines show."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.outlines.model import Outline, State

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
            {"number": sum(lesson.stale for lesson in one.lessons)},
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
            lesson.page.title, lesson.page.cites,
            {"status": words(_("Stale")), "state": "warn"} if lesson.stale
            else {"status": words(_("Current")), "state": "good"},
        )
        for lesson in one.lessons
    ]  # fmt: skip
