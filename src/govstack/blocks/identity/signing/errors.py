"""Refusals about what was signed."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class NotSignedHere(BadRequest):
    """A text is nothing that this block signed."""

    code = "not-signed-here"
    title = _("This was not signed here, or was changed. Do not trust it.")
