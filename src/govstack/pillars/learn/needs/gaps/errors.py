"""Refusals about gaps."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _


class FiguresNotYours(Forbidden):
    """Figures are for the training unit, whoever leads, and managers for their own team."""

    code = "figures-not-yours"
    title = _("These figures are for the training unit and for whoever leads; managers see their own team.")
