"""What rooms refuse."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthenticated


class UnknownRoom(NotFound):
    """No connected application of this address distributes events."""

    title = "There is no room at this address. The list of rooms shows which applications distribute events."


class UnknownEventType(NotFound):
    """The room knows no event type of this name."""

    title = "The room has no event type with this name. Its list of event types shows what there is."


class EventTypeExists(Conflict):
    """The room has an event type of this name; a type never changes under those who rely on it."""

    title = "The room has an event type with this name already. Remove it first, or choose another name."


class NameRefused(BadRequest):
    """The name of an event type cannot stand in an address."""

    title = "An event type starts with a letter and goes on with letters, digits, dots, dashes and underscores."


class SchemaRefused(BadRequest):
    """The schema of an event type cannot be used; the detail says what to change."""

    title = "The schema is not a JSON Schema of draft-07 or 2020-12 that can be used here."


class PayloadInvalid(BadRequest):
    """What is published does not fit the schema of its type; the detail names the part."""

    title = "The event does not fit the schema of its type."


class TooManyTypes(Conflict):
    """A room holds a limited number of event types."""

    title = "The room has as many event types as a room can have. Remove those that are no longer used."


class CallerNotProven(Unauthenticated):
    """Rooms know applications, and nobody was proven."""

    title = "Which application calls is not proven. Send its token or use its client certificate."


class CallerNotApplication(Forbidden):
    """A person calls where only an application can act."""

    title = "Only applications publish and subscribe. Call with the application's own token."


class CallerNotConnected(Forbidden):
    """The calling application is not, or no longer, connected to this instance."""

    title = "Your application is not connected to this instance, or is suspended. Ask the administrator."


class NotAllowed(Forbidden):
    """The caller has no right to publish or subscribe here."""

    title = "Your application may not do this in this room. Ask the owner of the room to allow it."


class RoomNotYours(Forbidden):
    """The caller does not manage this room."""

    title = "You do not manage this room. Ask its owner, or the administrator of this instance."


class UnknownParty(BadRequest):
    """A right is meant for an application that is not connected, or for an event type that the room does not have."""

    title = "The application is not connected here, or the room has no such event type. Check both."
