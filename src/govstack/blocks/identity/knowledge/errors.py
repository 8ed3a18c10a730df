"""Refusals of a new PIN or password."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class WeakSecret(BadRequest):
    """The PIN or password can be guessed too easily."""

    code = "secret-weak"
    title = _("This can be guessed too easily. Choose another.")
