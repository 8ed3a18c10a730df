"""Refusals about the ways to sign in."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden
from govstack.kernel.i18n import _


class NotFresh(Forbidden):
    """Whoever wants to change how they sign in has not proven themselves just now."""

    code = "proof-missing"
    title = _("Prove first that it is you: this page changes how you sign in.")


class NotRemovable(Conflict):
    """What is asked for is no way to sign in that a person can remove."""

    code = "factor-not-removable"
    title = _("This cannot be removed: codes go to an address that is known of you. Ask for a change of the address.")


class LastStrong(Conflict):
    """Without it, nothing strong would be left."""

    code = "last-strong-factor"
    title = _("This is the last passkey or authenticator app you have. Add another before you remove it.")
