"""Refusals about questions to the helpdesk of a course."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownQuestion(NotFound):
    """There is no such question."""

    code = "unknown-course-question"
    title = _("There is no such question to a helpdesk.")


class NoHelpdesk(Conflict):
    """The course has no helpdesk."""

    code = "no-helpdesk"
    title = _("This course names no helpdesk, or no time in which it answers.")


class NoWords(BadRequest):
    """A question or an answer says nothing."""

    code = "no-words"
    title = _("Write something, in at most 4,000 characters.")


class TooManyWaiting(Conflict):
    """Somebody has as many questions open at a course as can be."""

    code = "too-many-questions"
    title = _("20 of your questions about this course wait for an answer. Wait for one before you ask more.")


class OwnQuestion(Conflict):
    """Nobody answers their own question."""

    code = "own-question"
    title = _("This is your own question. Somebody else must answer it.")


class Answered(Conflict):
    """The question has an answer, which stays as it is."""

    code = "question-answered"
    title = _("This question was answered already. An answer that was given stays as it is.")
