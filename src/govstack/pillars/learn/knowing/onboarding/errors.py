"""Refusals about onboarding."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownApplication(NotFound):
    """There is no such application, or it is not for the caller."""

    code = "unknown-application"
    title = _("There is no such application.")


class NoGroup(Conflict):
    """A community that is no group of the tech community is joined without an application."""

    code = "no-group"
    title = _("This community is joined without an application.")


class MemberAlready(Conflict):
    """Members do not apply."""

    code = "member-already"
    title = _("You are a member of this group already.")


class TooManyWait(Conflict):
    """So many people wait that no more are taken."""

    code = "too-many-wait"
    title = _("Too many people wait for this group. Try again later.")


class CallTooEarly(BadRequest):
    """A call lies ahead."""

    code = "call-in-the-past"
    title = _("The call lies in the future.")


class CallTooFar(BadRequest):
    """A call lies within the time in which somebody waits for it."""

    code = "call-too-far"
    title = _("The call lies within a year from now.")


class CallAhead(Conflict):
    """Whoever was called is invited after the call."""

    code = "call-ahead"
    title = _("The call has not taken place yet. Invite after it, or move it.")


class ApplicationStep(Conflict):
    """Who waits is called, and who was called is invited."""

    code = "application-step"
    title = _("Plan a call first. Whoever was invited, declined or withdrew is not decided on again.")


class OwnApplication(Forbidden):
    """Nobody decides on themselves."""

    code = "own-application"
    title = _("Somebody else decides on your application.")
