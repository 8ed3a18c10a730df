"""The refusals of the officers' desk."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound, Unprocessable
from govstack.kernel.i18n import _


class NoSuchCase(NotFound):
    """There is no case of this number at this desk."""

    title = _("There is no such case. It may have been removed when the sandbox was reset.")


class NoSuchPerson(NotFound):
    """The population register does not know the person."""

    title = _("The population register does not know this person.")


class NotEligible(Unprocessable):
    """The rules do not grant what was asked for; they are applied again before anything is written."""

    code = "not-eligible"
    title = _("The rules do not grant this package. The person can appeal.")


class NoConsent(Conflict):
    """Somebody of the household does not agree to the use of their data, so nothing can be decided."""

    code = "no-consent"
    title = _("Somebody of the household does not agree to the use of their data. Nothing can be decided without it.")


class AlreadyEnrolled(Conflict):
    """The person is enrolled in this package already."""

    title = _("The person is enrolled in this package already.")


class WrongState(Conflict):
    """The case is not at the point where this can be done."""

    title = _("This cannot be done now. Reload the case to see where it stands.")
