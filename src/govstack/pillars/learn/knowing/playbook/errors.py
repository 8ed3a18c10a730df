"""Refusals about the playbook."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownPage(NotFound):
    """There is no such page in this version, or none for the reader."""

    code = "unknown-page"
    title = _("This version of the playbook has no such page.")


class UnknownStep(NotFound):
    """The version of a checklist has no such activity."""

    code = "unknown-step"
    title = _("This checklist has no such step.")


class UnknownTicket(NotFound):
    """There is no such ticket."""

    code = "unknown-ticket"
    title = _("There is no feedback under this address.")


class TooManyTickets(Conflict):
    """More tickets wait than anybody could take up."""

    code = "too-many-tickets"
    title = _("So much feedback is waiting that no more can be taken now. Try again in a few days.")
