"""Refusals about consent that another block keeps."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Unavailable
from govstack.kernel.i18n import _


class ConsentUnknown(Unavailable):
    """The consent block could not be asked, or did not take what was said."""

    code = "consent-unknown"
    title = _("What you said could not be written down where consent is kept, so nothing changed. Try again later.")


class AgreementChanged(Conflict):
    """The agreement is not the one that somebody read, or is not open any more."""

    code = "agreement-changed"
    title = _("The agreement changed since you read it, or is not open any more. Read it again.")


class NotNumbered(Conflict):
    """Nobody could find the consent of somebody whose number is not known."""

    code = "not-numbered"
    title = _("Consent is kept under your number, and you are entered here without one. Ask your training unit.")
