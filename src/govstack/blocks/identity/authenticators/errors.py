"""Refusals about authenticator apps."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class WrongCode(BadRequest):
    """The code is not the one that the app shows now."""

    code = "code-wrong"
    title = _("This is not the code that the app shows now. Check the clock of your phone, and enter the next code.")


class UnknownAuthenticator(NotFound):
    """The person has no such app."""

    code = "authenticator-unknown"
    title = _("There is no such app among your ways to sign in. Look at the list.")


class TooManyAuthenticators(Conflict):
    """The person has as many apps as one may have."""

    code = "authenticators-too-many"
    title = _("You have as many authenticator apps as you may have. Remove one first.")
