"""Refusals about words that offerings are sorted by."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class PointsNowhere(BadRequest):
    """A word names another one that is not known."""

    code = "term-points-nowhere"
    title = _("This names a type, audience or goal that is not known. Enter that one first.")
