"""Refusals about changes, in the envelope of the published operations."""

from __future__ import annotations

from govstack.blocks.identity.frame.errors import Refused
from govstack.kernel.errors import Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class WrongChange(Refused):
    """A change cannot be asked for or made as it was sent: a code and a sentence."""


NOT_YOU = ("invalid_identifier", _("The identifier is not one of yours, or not of this kind. Check both."))
NOT_PROVEN = ("auth_failed", _("The code is not right, or its time is over. Ask for a new one."))
NO_IDENTITY = ("invalid_identity", _("Send what is to change as a JSON object of attributes, in base64."))
NO_DOCUMENTS = ("invalid_documents", _("Send at most 10 documents, each with a name and its content in base64."))
NO_TRANSACTION = ("invalid_transaction_id", _("The transaction id has 1 to 64 letters, digits and hyphens."))
NO_STATUS = ("invalid_status", _("The status is ACTIVATED or DEACTIVATED, and what has ended cannot begin again."))


class UnknownRequest(NotFound):
    """There is no such request for a change."""

    code = "change-request-unknown"
    title = _("There is no such request. Check the address.")


class DecidedAlready(Conflict):
    """Somebody has decided the request already."""

    code = "change-request-decided"
    title = _("This request has been decided already.")


class OwnRequest(Forbidden):
    """Nobody decides a request of their own."""

    code = "own-change-request"
    title = _("This request is your own. Somebody else has to decide it.")
