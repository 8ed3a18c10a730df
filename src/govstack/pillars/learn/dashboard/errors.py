"""Refusals about the dashboard."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class NotPublic(NotFound):
    """The country has not said that everybody may read its figures."""

    code = "dashboard-not-public"
    title = _("This country does not show its figures to everybody.")
