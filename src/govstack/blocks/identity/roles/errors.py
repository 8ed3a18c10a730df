"""Refusals about roles."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _


class OwnRoles(Forbidden):
    """Nobody decides what they may do themselves."""

    code = "own-roles"
    title = _("These are your own roles. Another administrator gives and takes them.")


class UnknownRole(BadRequest):
    """A role that the country does not know, or a right that the person never had."""

    code = "role-unknown"
    title = _("There is no such role or right here. Choose among those that are shown.")
