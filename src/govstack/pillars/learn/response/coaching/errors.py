"""Refusals about coaching."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownCoaching(NotFound):
    """There is no such coaching, or it is not for the one who asks."""

    code = "unknown-coaching"
    title = _("There is no such coaching, or you are not part of it.")


class BadPair(BadRequest):
    """Coach, coachee and supervisor must be three people who are known."""

    code = "bad-pair"
    title = _("Coach, coachee and supervisor must be different people who are known here.")


class BadGoal(BadRequest):
    """The goal leads nowhere."""

    code = "bad-goal"
    title = _("A goal leads from one level to a higher one.")


class CoachingEnded(Conflict):
    """Nothing can be written in a coaching that has ended."""

    code = "coaching-ended"
    title = _("This coaching has ended. Nothing can be written in it any more.")


class TooMuch(Conflict):
    """A coaching holds no more than so many goals or notes."""

    code = "coaching-full"
    title = _("This coaching holds as many goals or notes as it can. Begin another one.")
