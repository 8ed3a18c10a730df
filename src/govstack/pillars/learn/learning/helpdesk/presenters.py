"""What pages show of questions to helpdesks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.learning.courses.model import Course
from govstack.pillars.learn.learning.helpdesk.model import Kept, Question, State
from govstack.pillars.learn.notices import presenters as notices

STATES = {
    State.WAITING: (_("Waits for an answer"), "wait"),
    State.OVERDUE: (_("Overdue"), "bad"),
    State.IN_TIME: (_("Answered in time"), "good"),
    State.LATE: (_("Answered late"), "warn"),
}


def shown(words: Words, one: Question) -> dict[str, object]:
    """Return a question as a page shows it whole."""
    label, state = STATES[one.state]
    return {
        "words": one.words, "asked_at": one.asked_at, "due_at": one.due_at, "answer": one.answer,
        "answered_at": one.answered_at, "state": state, "label": words(label),
    }  # fmt: skip


def waiting(words: Words, found: Iterable[Question], titles: Mapping[str, Course]) -> list[tuple[Cell, ...]]:
    """Return a table of what waits for an answer."""
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        label, state = STATES[one.state]
        start: Cell = {"text": one.words[:120] + ("…" if len(one.words) > 120 else ""), "href": f"/helpdesk/{one.id}"}
        rows.append((
            start, _title(titles, one.course_id, words), {"moment": one.asked_at}, {"moment": one.due_at},
            {"status": words(label), "state": state},
        ))  # fmt: skip
    return rows


def figures(words: Words, found: Iterable[Kept], titles: Mapping[str, Course]) -> list[tuple[Cell, ...]]:
    """Return a table of how helpdesks keep to their time."""
    return [
        (
            _title(titles, one.course_id, words),
            *({"number": each} for each in (one.asked, one.waiting, one.overdue, one.in_time, one.late)),
            "" if one.percent is None else words(_("{percent} %"), percent=one.percent),
        )
        for one in found
    ]  # fmt: skip


def answered(one: Course, context: Context, *, at: str, language: str) -> tuple[str, str]:
    """Return title and text of the message that a question about a course was answered."""
    words, address = Words(language), f"{context.public_url}/courses/{one.id}/help"
    lines = [
        words(_("Your question about {course} was answered."), course=one.title),
        words(_("Read the answer here: {address}"), address=address),
    ]
    return words(_("Your question was answered: {course}"), course=one.title), notices.text(
        lines, words, context, at=at
    )


def _title(titles: Mapping[str, Course], course_id: str, words: Words) -> Cell:
    one = titles.get(course_id)
    return marked({one.language: one.title}, words.language) if one else course_id
