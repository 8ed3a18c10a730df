"""What tracking refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound


class NotYours(Forbidden):
    """The caller may not look at these events."""

    title = "Name a room that you manage, or call as the application whose events you look for."


class UnknownDelivery(NotFound):
    """No such delivery, or none that the caller may see."""

    title = "There is no such delivery. Look it up in the list of deliveries or of dead letters."


class NotDead(Conflict):
    """Only a dead letter is put back or dropped."""

    title = "This delivery is not a dead letter. Read its state, then decide again."


class CannotRequeue(Conflict):
    """There is nobody to deliver to any more, or nothing to deliver."""

    title = "The subscription has ended or the payload is not kept any more, so it cannot be delivered. Drop it."


class MomentMalformed(BadRequest):
    """A moment is not written as ISO 8601 with a time zone."""

    title = "Write a moment with its time zone, such as 2026-11-21T21:30:00Z."
