"""Refusals about agreements."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class NotActive(BadRequest):
    """An agreement that is not active takes no consent."""

    code = "agreement-not-active"
    title = _("This agreement is not active: nobody can agree to it.")


class Terminated(BadRequest):
    """A terminated agreement stays as it is."""

    code = "agreement-terminated"
    title = _("This agreement was terminated and stays as it is. Write a new one.")
