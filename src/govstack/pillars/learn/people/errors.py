"""Refusals about people and organisations."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownPerson(NotFound):
    """There is no such person."""

    code = "unknown-person"
    title = _("There is nobody with this id.")


class UnknownOrganisation(BadRequest):
    """There is no such organisation."""

    code = "unknown-organisation"
    title = _("There is no organisation with this id. Enter the organisation first.")


class BelowItself(BadRequest):
    """An organisation cannot be a part of itself."""

    code = "organisation-below-itself"
    title = _("An organisation cannot be a part of itself, nor of one of its parts.")


class NotTheirManager(BadRequest):
    """A person cannot report to themselves, and only to somebody who is known."""

    code = "unknown-manager"
    title = _("Nobody reports to themselves, or to somebody who is not known here.")


class NumberTaken(BadRequest):
    """Another person has this number."""

    code = "number-taken"
    title = _("Another person has this number already.")
