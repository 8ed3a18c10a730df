"""Refusals about what people say of themselves."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class NotAsked(BadRequest):
    """Something was said that this country does not keep, or by a word that is not offered; `fields` says which."""

    code = "not-asked"
    title = _("Some answers are not asked for, or are not among the words that are offered.")
