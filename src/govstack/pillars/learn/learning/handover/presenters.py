"""What packages of courses say to learners."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.courses.model import CoursePage, PageKind
from govstack.pillars.learn.learning.handover.model import Stays
from govstack.pillars.learn.learning.handover.service import Leaving


def words_of(language: str) -> dict[str, str]:
    """Return the words of buttons in the language of a course."""
    words = Words(language.partition("-")[0])
    return {
        "done": words(_("I have gone through this part")),
        "check": words(_("Check my answers")),
        "open": words(_("Open it where it is")),
        "work": words(_("Hand your work in where you take this course, or here:")),
        "answer": words(_("Your answer")),
        "right": words(_("Right")),
        "wrong": words(_("Not right")),
        "passed": words(_("Passed")),
        "failed": words(_("Not passed")),
    }


WHY: Mapping[Stays, str] = {
    Stays.HIDDEN: _("A link: this test does not show what is right, and whoever opens a package could read it."),
    Stays.PAIRED: _("A link: this test is taken before and after learning, and its questions stay here for that."),
    Stays.TIMED: _("A link: this test has a time limit, which no package can keep."),
    Stays.SHUT: _("A link: this test is not open."),
    Stays.UNMADE: _("A link: this test has no form yet."),
    Stays.PACKAGE: _("A link: take the file along by itself."),
    Stays.TOOL: _("A link: the tool is joined to this site."),
    Stays.WORK: _("The task goes along, with a link to where work is handed in here."),
}
ALONG, SCORED = _("Goes along"), _("Goes along, and tells the learning site its result")
TESTED = _("Goes along, and tells the learning site its result. That site says how often the test is taken.")


def rows(found: Leaving, words: Words) -> list[tuple[Cell, ...]]:
    """Return what becomes of each page of a course in a package."""
    return [(page.title, words(_becomes(found, page))) for page in found.version.pages]


def _becomes(found: Leaving, page: CoursePage) -> str:
    if page.id in found.stays:
        return WHY[found.stays[page.id]]
    return {PageKind.QUIZ: SCORED, PageKind.TEST: TESTED}.get(page.kind, ALONG)
