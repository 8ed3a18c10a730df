"""Refusals of the first pages."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class NoTour(NotFound):
    """Tours lead through the demo country, which only a sandbox has."""

    code = "no-tour"
    title = _("There is no such tour here. Tours are for the sandbox.")


class NoSections(NotFound):
    """There is no such group of pages for whoever looks."""

    code = "no-sections"
    title = _("There is no such group of pages that you can use.")
