"""What the delivery of events refuses."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound


class NothingToPull(NotFound):
    """No event waits for the caller here."""

    title = "No event of this type waits for you. Subscribe first, or ask again later."


class PullNotPossible(Conflict):
    """The caller asked for pushes, or acknowledges an event that it has not fetched."""

    title = "Your subscription is delivered by push, or this event was not handed out to you yet."
