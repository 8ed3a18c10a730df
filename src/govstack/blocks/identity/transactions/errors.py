"""Refusals of a sign-in under way."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class TransactionOver(BadRequest):
    """The sign-in has ended, was finished, or is not at this step."""

    code = "sign-in-over"
    title = _("This sign-in has expired. Go back to the page you came from and start again.")


class CodeRefused(Exception):
    """An authorisation code that gets no token: unknown, used, late, or made for somebody else.

    `transaction_id` is set when the code was used before: what its first use gave has to be ended.
    """

    def __init__(self, reason: str, *, transaction_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.transaction_id = transaction_id
