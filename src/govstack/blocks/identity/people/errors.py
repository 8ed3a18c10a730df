"""Refusals about people and their identifiers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownPerson(NotFound):
    """Nobody is registered under the id."""

    code = "person-unknown"
    title = _("Nobody is registered here. Check the identifier.")


class WrongAttribute(BadRequest):
    """An attribute is not known here, or its value is not one."""

    code = "attribute-wrong"
    title = _("An attribute is not acceptable. See which, and send it again.")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the person after the caller looked."""

    code = "person-changed"
    title = _("This person has been changed since you looked. Read them again, then decide.")


class IsBlocked(Forbidden):
    """The identity of whoever is signed in is blocked or has ended."""

    code = "identity-blocked"
    title = _("Your identity is blocked. Ask at an enrolment office.")


class Ended(Conflict):
    """The person's identity was deactivated, which is final."""

    code = "person-deactivated"
    title = _("This identity has been deactivated, which is final. Register the person anew if that was wrong.")
