"""Refusals about lists of words."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class UnknownList(NotFound):
    """There is no such list, or no such word on it."""

    code = "unknown-list"
    title = _("There is no such list, or no such word on it.")
