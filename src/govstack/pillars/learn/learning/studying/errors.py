"""Refusals about learning with a course."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class NotBegun(Conflict):
    """The learner has not begun the course."""

    code = "course-not-begun"
    title = _("Begin the course first.")


class UnknownHandIn(NotFound):
    """There is no such work that was handed in."""

    code = "unknown-hand-in"
    title = _("There is no such work that was handed in.")


class NotDoneSo(BadRequest):
    """A page of this kind is not done by saying so."""

    code = "page-not-done-so"
    title = _("This page is done by what you do on it: answer its questions, hand in your work, or take its test.")


class OwnWork(Conflict):
    """Nobody judges their own work."""

    code = "own-work"
    title = _("This is your own work. Somebody else must look at it.")
