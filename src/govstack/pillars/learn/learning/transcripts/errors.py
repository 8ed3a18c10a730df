"""Refusals about taking everything along."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class NothingEarned(Conflict):
    """A record holds at least one credential that is ours to sign."""

    code = "nothing-earned"
    title = _(
        "A signed record needs a badge that counts, or a certificate that a reviewer has verified. You have neither. "
        "The tables hold everything."
    )
