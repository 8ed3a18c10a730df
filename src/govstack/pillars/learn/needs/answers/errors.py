"""Refusals about answers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _


class FaultyResponse(BadRequest):
    """A response has faults; the fields say what is wrong with which answer."""

    code = "faulty-response"
    title = _("Some answers cannot be taken as they are. Mend what is named, then send them again.")


class NothingBegun(Conflict):
    """There are no answers to send."""

    code = "nothing-begun"
    title = _("There are no answers to send. Answer the questions first.")
