"""Refusals about identifiers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownIdentifier(NotFound):
    """The person has no such identifier."""

    code = "identifier-unknown"
    title = _("There is no such identifier of this person. Look at the list of their identifiers.")


class AliasTaken(Conflict):
    """The alias leads to another person already."""

    code = "alias-taken"
    title = _("This alias leads to another person. Detach it there first.")


class TooManyIdentifiers(Conflict):
    """The person has as many identifiers of this kind as one may have."""

    code = "identifiers-too-many"
    title = _("This person has as many of these as one may have. Revoke one first.")


class WrongAlias(BadRequest):
    """The alias is none."""

    code = "alias-wrong"
    title = _("An alias needs a kind of small letters, such as passport, and a value of at most 200 characters.")
