"""Refusals about figures."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class NotPaired(BadRequest):
    """A gain needs a form before learning and one after it."""

    code = "test-not-paired"
    title = _("This test has a single form, so there is no gain to report.")


class TooFewRaters(BadRequest):
    """Agreement needs at least two raters."""

    code = "too-few-raters"
    title = _("Agreement needs ratings by at least two raters.")
