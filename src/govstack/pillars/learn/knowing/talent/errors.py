"""Refusals about the talent archive."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class NoCard(NotFound):
    """Whoever signed in is not in the talent archive."""

    code = "no-talent-card"
    title = _("You are not in the talent archive.")


class UnknownWords(BadRequest):
    """A card names languages, clearance or availability by words that are not offered; `fields` says which."""

    code = "unknown-words"
    title = _("Some answers are not among the words that are offered.")
