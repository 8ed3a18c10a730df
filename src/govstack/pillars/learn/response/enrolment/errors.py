"""Refusals about enrolment."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from govstack.kernel.i18n import _


class UnknownEnrolment(NotFound):
    """There is no such enrolment, or it is not for the one who asks."""

    code = "unknown-enrolment"
    title = _("There is no such enrolment.")


class NotOpen(Conflict):
    """People cannot register now."""

    code = "registration-closed"
    title = _("Registration is not open. Look for another session of the course.")


class EnrolledAlready(Conflict):
    """The person is enrolled in this session."""

    code = "enrolled-already"
    title = _("This person is enrolled in this session already.")


class ComesFirst(Unprocessable):
    """Another course has to be completed first."""

    code = "prerequisite-missing"
    title = _("Another course has to be completed before this one. The course page names it.")


class NotTheirManager(Forbidden):
    """Only the manager may do this."""

    code = "not-their-manager"
    title = _("Only the manager of the person can do this.")


class OwnPlace(Forbidden):
    """Whoever decides would decide on their own place."""

    code = "own-place"
    title = _("This is your own place. Somebody else of the training unit decides on it.")


class DecidedAlready(Conflict):
    """The enrolment is not at a point where this can be done."""

    code = "enrolment-decided"
    title = _("This was decided already. Reload the page to see where it stands.")


class NoSuchPerson(Unprocessable):
    """The person is not known, or was erased."""

    code = "no-such-person"
    title = _("There is nobody with this id who could take part.")
