"""What the pages of learners show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.learning.courses.model import Course, Question, Version
from govstack.pillars.learn.learning.courses.presenters import KINDS
from govstack.pillars.learn.learning.studying.model import Progress, Work, WorkState

WORK = {
    WorkState.HANDED: (_("Nobody has looked at it yet"), "wait"),
    WorkState.ACCEPTED: (_("Accepted"), "good"),
    WorkState.RETURNED: (_("Returned to you"), "warn"),
}


def catalogue(words: Words, found: Iterable[Course]) -> list[tuple[Cell, ...]]:
    """Return a table of courses."""
    return [
        (
            {"text": marked({one.language: one.title}, words.language), "href": f"/courses/{one.id}"},
            i18n.language_name(one.language),
        )
        for one in found
    ]


def mine(words: Words, found: Iterable[tuple[Course, Progress]]) -> list[tuple[Cell, ...]]:
    """Return a table of the courses that somebody began."""
    return [
        (
            {"text": marked({one.language: one.title}, words.language), "href": f"/courses/{one.id}"},
            {"status": words(_("Completed")), "state": "good"} if how.start.completed_at
            else words(_("{percent} %"), percent=how.percent),
            {"moment": how.start.completed_at or how.start.changed_at},
        )
        for one, how in found
    ]  # fmt: skip


def contents(words: Words, one: Course, version: Version, how: Progress | None) -> list[tuple[Cell, ...]]:
    """Return a table of the pages of a course, with what is done."""
    table: list[tuple[Cell, ...]] = []
    for page in version.pages:
        title = marked({version.sheet.language: page.title}, words.language)
        name: Cell = {"text": title, "href": f"/courses/{one.id}/pages/{page.id}"} if how else title
        done = bool(how and page.id in how.done)
        sign: Cell = {"status": words(_("Done")), "state": "good"} if done else ""
        table.append((name, words(KINDS[page.kind][0]), sign))
    return table


def asked(
    words: Words, written_in: str, found: Sequence[Question], right: Sequence[bool], chosen: Mapping[str, Sequence[str]]
) -> list[dict[str, object]]:
    """Return the questions of a quiz as a form shows them, after an answer with what was right."""

    def told(text: str) -> str:
        return marked({written_in: text}, words.language)

    return [
        {
            "name": f"q{place}", "text": told(one.text), "several": len(one.right) > 1,
            "options": [(str(number), told(option)) for number, option in enumerate(one.options)],
            "chosen": list(chosen.get(f"q{place}", ())), "right": right[place] if right else None,
            "feedback": told(one.feedback) if right else "",
        }
        for place, one in enumerate(found)
    ]  # fmt: skip


def work(words: Words, found: Iterable[Work]) -> list[dict[str, object]]:
    """Return work that was handed in, with what was said about it."""
    return [
        {
            "id": one.id, "words": one.words, "remark": one.remark, "at": one.handed_at, "page": one.page_id,
            "standing": words(WORK[one.state][0]), "sign": WORK[one.state][1],
        }
        for one in found
    ]  # fmt: skip
