"""What publishing refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound, TooLarge


class UnknownEvent(NotFound):
    """The room has no such event, or none that the caller may see."""

    title = "There is no such event here. Check the event type and the id that publishing returned."


class EventIdTaken(Conflict):
    """An id stands for one event: another publication used it, or this one differs from the first."""

    title = "This id was used for another event. Send a new id with a new event, and the same event with the same id."


class EventTooLarge(TooLarge):
    """The payload is larger than an event may be."""

    title = "The event is too large. Publish a short notice, and let subscribers ask you for the details."


class EventMalformed(BadRequest):
    """The publication contradicts its address, or its id or key cannot be used."""

    title = "Name the event type of the address; an id is a UUID, and a key at most 200 visible characters."
