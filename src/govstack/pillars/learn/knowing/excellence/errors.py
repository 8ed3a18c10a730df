"""Refusals about requests for experts."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownRequest(NotFound):
    """There is no such request, or it is somebody else's."""

    code = "unknown-request"
    title = _("There is no request of yours with this id.")


class NoAgency(Conflict):
    """Requests are those of an agency, and nobody knows which one the person works for."""

    code = "no-agency"
    title = _(
        "It is not known which organisation you work for. Ask the training unit to enter it, then file the request."
    )


class RequestOpen(Conflict):
    """A request is judged when it is done."""

    code = "request-open"
    title = _("This request is not done yet. You can say how satisfied you are once it is.")
