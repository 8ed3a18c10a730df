"""Refusals about figures."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class NoFigures(NotFound):
    """No figures were taken yet, or they are not open to everybody."""

    code = "no-figures"
    title = _("There are no figures yet. They are taken every hour.")
