"""Refusals about events."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownGathering(NotFound):
    """There is no such event, or it is not for the caller."""

    code = "unknown-gathering"
    title = _("There is no such event.")


class GatheringOver(Conflict):
    """The event was closed or cancelled, or its time has passed."""

    code = "gathering-over"
    title = _("This event is over, or was cancelled.")


class NotYetHeld(Conflict):
    """An event that has not begun cannot be closed, and nobody has attended it."""

    code = "gathering-not-held"
    title = _("This event has not begun yet.")


class GatheringIncomplete(BadRequest):
    """Something lacks before the event is closed; `fields` says what."""

    code = "gathering-incomplete"
    title = _("Something is missing before the event can be closed.")


class HostsOnly(Forbidden):
    """Only those who lead the event do this."""

    code = "hosts-only"
    title = _("This is for those who lead the event.")


class NeedsNothing(NotFound):
    """Somebody does not come, or said of nothing that they need it."""

    code = "gathering-needs-nothing"
    title = _("This person did not say that they need anything for this event.")


class GatheringFull(Conflict):
    """An event has a limit of people."""

    code = "gathering-full"
    title = _("This event has as many people as it can have.")


class BadSeats(BadRequest):
    """Seats and quotas of an event contradict each other."""

    code = "gathering-seats"
    title = _("The seats and quotas of the event contradict each other.")


class FewerThanCome(Conflict):
    """More people have a seat than would be left."""

    code = "gathering-seats-taken"
    title = _("More people have a seat than that.")
