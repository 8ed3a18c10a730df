"""Refusals about cards."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class UnsafeHtml(BadRequest):
    """The HTML of a card holds what no card may hold, or too much of it."""

    code = "unsafe-html"
    title = _("The card holds HTML that is not allowed. Send text, tables, lists and embedded pictures alone.")
