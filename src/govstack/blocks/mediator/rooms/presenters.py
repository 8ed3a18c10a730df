"""What the pages of rooms and event types show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.directory.presenters import Field, Words
from govstack.blocks.mediator.directory.schemas import LongText, Text
from govstack.blocks.mediator.explorer.model import Names
from govstack.blocks.mediator.rooms.model import ANY_TYPE, SCHEMA_BYTES_MAX, Act, EventType, Room, RoomRight
from govstack.kernel.i18n import _

Cells = Sequence[object]
Tab = tuple[str, str, bool]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z][a-zA-Z0-9_\-.]{0,99}$")]
Client = Annotated[str, msgspec.Meta(pattern=r"^[^/]+/[^/]+/[^/]+$")]
ActName = Literal["publish", "subscribe"]
ACTS: Mapping[Act, str] = {Act.PUBLISH: _("Publish"), Act.SUBSCRIBE: _("Subscribe")}
DETAILS: tuple[Field, ...] = (
    ("title", Text, _("Enter a name for the room, in at most 200 characters")),
    ("description", LongText, _("Shorten the description to 4,000 characters")),
)
NEW: tuple[Field, ...] = (("application", Client, _("Choose the application that shall distribute events")), *DETAILS)
TYPE: tuple[Field, ...] = (
    (
        "name",
        Name,
        _("Start with a letter, go on with letters, digits, dots, dashes and underscores, such as newBirth"),
    ),
    (
        "schema",
        Annotated[str, msgspec.Meta(min_length=2, max_length=SCHEMA_BYTES_MAX)],
        _("Paste the JSON Schema of the payload"),
    ),
)
RIGHT: tuple[Field, ...] = (
    ("client", Client, _("Choose an application")),
    ("act", ActName, _("Choose what the application may do")),
)
SCHEMA_EXAMPLE = """{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": {
    "number": {"type": "string"}
  },
  "required": ["number"]
}"""


def path(room: Room) -> str:
    """Return the address of a room's page."""
    return f"/events/rooms/{room.subject}"


def tabs(words: Words, room: Room, active: str, *, manages: bool) -> list[Tab]:
    """Return the parts of a room; what its managers alone see is left out for others."""
    base = path(room)
    shown = [
        ("types", _("Event types"), ""),
        ("subscriptions", _("Subscriptions"), "/subscriptions"),
        ("queues", _("Queues"), "/queues"),
        ("rights", _("Who takes part"), "/rights"),
    ]
    return [
        (words(label), f"{base}{rest}", name == active) for name, label, rest in shown if manages or name == "types"
    ]


def room_rows(found: Sequence[Room], names: Mapping[str, Names]) -> list[Cells]:
    """Return rooms as rows."""
    return [
        (
            {"text": one.title, "href": path(one)},
            names[one.identifier].member if one.identifier in names else "",
            {"code": one.subject},
            one.description,
        )
        for one in found
    ]


def type_rows(room: Room, found: Sequence[EventType]) -> list[Cells]:
    """Return event types as rows."""
    return [
        (
            {"text": one.name, "href": f"{path(room)}/types/{one.name}"},
            {"number": one.subscriptions},
            {"moment": one.created_at},
        )
        for one in found
    ]


def right_rows(words: Words, room: Room, found: Sequence[RoomRight], names: Mapping[str, Names]) -> list[Cells]:
    """Return who takes part in a room as rows."""
    return [
        (
            names[one.client].application if one.client in names else one.client,
            {"code": one.client.partition("/")[2]},
            words(ACTS[one.act]),
            {"code": one.event_type} if one.event_type != ANY_TYPE else words(_("Every event type")),
            {"moment": one.granted_at},
            {"text": words(_("Remove")), "href": removal(room, one)},
        )
        for one in found
    ]


def removal(room: Room, right: RoomRight) -> str:
    """Return the address where a right in a room is taken away."""
    end = f"/{right.event_type}" if right.event_type != ANY_TYPE else ""
    return f"{path(room)}/rights/remove/{right.client.partition('/')[2]}/{right.act}{end}"
