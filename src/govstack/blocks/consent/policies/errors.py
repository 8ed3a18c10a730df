"""Refusals about policies."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class PolicyInUse(BadRequest):
    """An active agreement stands under this policy."""

    code = "policy-in-use"
    title = _("An active agreement stands under this policy. Terminate the agreement first, or give it another policy.")
