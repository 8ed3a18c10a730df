"""Refusals about taking everything along."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class NothingEarned(Conflict):
    """A record holds at least one badge."""

    code = "nothing-earned"
    title = _("A signed record holds at least one badge, and you have none that counts.")
