"""Refusals about discussions."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownDiscussion(NotFound):
    """There is no such discussion, or it is not for the caller."""

    code = "unknown-discussion"
    title = _("There is no such discussion.")


class DiscussionClosed(Conflict):
    """Nothing more is written in a closed discussion."""

    code = "discussion-closed"
    title = _("This discussion is closed.")


class TooManyAnswers(Conflict):
    """A discussion has a limit of answers."""

    code = "too-many-answers"
    title = _("This discussion has as many answers as it can have. Ask a new question.")


class AskedEnough(Conflict):
    """A member asks a limited number of questions a day."""

    code = "asked-enough"
    title = _("You asked as many questions as you can in a day. Go on tomorrow.")


class KeptAlready(Conflict):
    """An answer becomes one item of knowledge."""

    code = "answer-kept-already"
    title = _("An item of knowledge was made of this answer already.")
