"""Refusals about change programmes."""

from __future__ import annotations

from govstack.kernel.errors import Unprocessable
from govstack.kernel.i18n import _


class NoPulse(Unprocessable):
    """A campaign tells a pulse where it asked the five questions and each was answered."""

    code = "no-pulse"
    title = _("This campaign did not ask for the pulse of a change, or a question of it has no answer.")
