"""Refusals about passkeys."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class PasskeyRefused(BadRequest):
    """The device's answer does not fit what it was asked, or proves nothing."""

    code = "passkey-refused"
    title = _("The passkey could not be checked. Try again; if it stays, use another way.")


class UnknownPasskey(NotFound):
    """The person has no such passkey."""

    code = "passkey-unknown"
    title = _("There is no such passkey among your ways to sign in. Look at the list.")


class TooManyPasskeys(Conflict):
    """The person has as many passkeys as one may have."""

    code = "passkeys-too-many"
    title = _("You have as many passkeys as you may have. Remove one first.")
