"""Refusals about courses for everybody."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class NotForAll(NotFound):
    """There is no such course or page that everybody may read."""

    code = "not-for-everybody"
    title = _("There is no such course for everybody. Sign in to see the others.")
