"""Rooms, event types and rights on the wire, and the OpenAPI description of an event type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from govstack.blocks.mediator.directory.schemas import Code, LongText, Name, Text
from govstack.blocks.mediator.rooms.errors import SchemaRefused
from govstack.blocks.mediator.rooms.model import ANY_TYPE, SCHEMA_BYTES_MAX, Act, EventType, Room, RoomRight, embedded
from govstack.blocks.mediator.rooms.service import Address

RIGHTS_AT_ONCE_MAX = 1_000
PAYLOAD = "#/components/schemas/Payload"


def address_of(path: Mapping[str, str], *, instance: str) -> Address:
    """Return the room that an address names; without an instance in it, one of this instance."""
    return (path.get("instanceId", instance), path["memberClass"], path["memberCode"], path["applicationCode"])


class EventTypeItem(msgspec.Struct, frozen=True, rename="camel"):
    """An event type as published: its name and the JSON Schema of its payload (an object, or its text)."""

    event_type: str
    schema: msgspec.Raw

    def schema_text(self) -> str:
        """Return the schema as its author wrote it."""
        raw = bytes(self.schema)
        if len(raw) > 2 * SCHEMA_BYTES_MAX:
            raise SchemaRefused(f"The schema is larger than {SCHEMA_BYTES_MAX} bytes.")
        return msgspec.json.decode(raw, type=str) if raw[:1] == b'"' else raw.decode()

    @classmethod
    def of(cls, one: EventType) -> EventTypeItem:
        """Return an event type as it is read."""
        return cls(one.name, msgspec.Raw(one.schema_text.encode()))


class EventTypeAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An event type with what its room's manager wants to know."""

    event_type: str
    schema: msgspec.Raw
    created_at: str
    subscriptions: int

    @classmethod
    def of(cls, one: EventType) -> EventTypeAnswer:
        """Return an event type as it is listed."""
        return cls(one.name, msgspec.Raw(one.schema_text.encode()), one.created_at, one.subscriptions)


class EventTypeList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of event types."""

    event_types: list[EventTypeAnswer]
    next_page_token: str = ""


class RegisterRoom(msgspec.Struct, frozen=True):
    """What people read about a room."""

    title: Text | None = None
    description: LongText = ""


class RoomAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A room: the application that distributes events."""

    instance_id: str
    member_class: str
    member_code: str
    application_code: str
    title: str
    registered_at: str
    description: str = ""

    @classmethod
    def of(cls, one: Room) -> RoomAnswer:
        """Return a room as it is read."""
        return cls(
            one.instance,
            one.member_class,
            one.member_code,
            one.application_code,
            one.title,
            one.registered_at,
            one.description,
        )


class RoomList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of rooms."""

    rooms: list[RoomAnswer]
    next_page_token: str = ""


class PageQuery(msgspec.Struct, frozen=True, rename="camel"):
    """From where to list, and how much."""

    page_size: int | None = None
    next_page_token: str = ""


class RightItem(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What an application may do in a room; without an event type, with every type there is and will be."""

    member_class: Name
    member_code: Code
    application_code: Code
    act: Act
    event_type: Annotated[str, msgspec.Meta(max_length=100)] = ANY_TYPE
    granted_at: str = ""

    def right(self) -> RoomRight:
        """Return the right that is given or taken."""
        return RoomRight(f"{self.member_class}/{self.member_code}/{self.application_code}", self.act, self.event_type)

    @classmethod
    def of(cls, one: RoomRight) -> RightItem:
        """Return a right as it is listed."""
        _, member_class, member_code, code = one.client.split("/")
        return cls(member_class, member_code, code, one.act, one.event_type, one.granted_at)


RightItems = Annotated[list[RightItem], msgspec.Meta(max_length=RIGHTS_AT_ONCE_MAX)]


class RightList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of rights."""

    rights: list[RightItem]
    next_page_token: str = ""


def description(room: Room, event_type: EventType, *, server: str) -> dict[str, Any]:
    """Return the OpenAPI document of an event type (I15): how it is published and subscribed to, and what a
    subscriber's web hook receives (IM-5.1.5)."""
    name = event_type.name
    provider = f"/r1/{room.identifier}"
    publish, subscribe, pull = (
        f"{provider}/pub/v1/{name}",
        f"{provider}/api/v1/subs/{name}",
        f"{provider}/pull/v1/{name}",
    )
    subscription = _body("SubscriptionItem")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name} in {room.title}",
            "version": event_type.created_at[:10],
            "description": room.description or f"Events of the type {name}, distributed by {room.identifier}.",
        },
        "servers": [{"url": server or "/"}],
        "security": [{"certificate": []}, {"token": []}],
        "paths": {
            publish: {
                "post": _operation("publishEvent", "Publish an event", {"201": "PublishEventResult"}, "PublishEvent")
            },
            f"{publish}/{{eventId}}": {
                "parameters": [_EVENT_ID],
                "get": _operation("getStatus", "Read a published event", {"200": "EventItem"}),
                "delete": _operation("deleteEvent", "Stop the delivery of an event", {"204": ""}),
            },
            subscribe: {
                "post": {**_operation("addSub", "Subscribe", {"200": "SubscriptionItem"}), "requestBody": subscription},
                "get": _operation("getSub", "Read the subscription", {"200": "SubscriptionItem"}),
                "patch": {
                    **_operation("patchSub", "Change the subscription", {"201": "SubscriptionItem"}),
                    "requestBody": subscription,
                },
                "delete": _operation("deleteSub", "End the subscription", {"204": ""}),
            },
            pull: {"get": _operation("pullEvent", "Fetch the next event", {"200": "EventItem"})},
            f"{pull}/{{eventId}}": {
                "parameters": [_EVENT_ID],
                "delete": _operation("confirmEvent", "Acknowledge an event", {"204": ""}),
            },
        },
        "webhooks": {name: {"post": _operation("receiveEvent", "Receive an event", {"2XX": ""}, "EventItem")}},
        "components": {
            "schemas": {**_SHAPES, "Payload": embedded(event_type.schema_text, PAYLOAD)},
            "securitySchemes": {
                "certificate": {"type": "mutualTLS"},
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


def _operation(name: str, summary: str, answers: Mapping[str, str], body: str = "") -> dict[str, Any]:
    responses: dict[str, Any] = {
        status: {"description": "Done", **({"content": _content(shape)} if shape else {})}
        for status, shape in answers.items()
    }
    responses["default"] = {"description": "Refused; the body says why"}
    return {
        "operationId": name,
        "summary": summary,
        "responses": responses,
        **({"requestBody": _body(body)} if body else {}),
    }


def _body(shape: str) -> dict[str, Any]:
    return {"required": True, "content": _content(shape)}


def _content(shape: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}


_EVENT_ID = {"name": "eventId", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_APPLICATION = {
    "type": "object",
    "properties": {part: {"type": "string"} for part in ("instanceId", "memberClass", "memberCode", "applicationCode")},
}
_ANY_PAYLOAD = {"$ref": PAYLOAD}
_SHAPES: dict[str, Any] = {
    "PublishEvent": {
        "type": "object",
        "required": ["eventType", "event"],
        "properties": {
            "eventType": {"type": "string"},
            "event": _ANY_PAYLOAD,
            "id": {
                "type": "string",
                "format": "uuid",
                "description": "The publisher's own id; sent again, it is one event",
            },
            "key": {"type": "string", "description": "Events of one key keep their order"},
        },
    },
    "PublishEventResult": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "format": "uuid"}},
    },
    "EventItem": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "sequence": {"type": "integer"},
            "publisherId": _APPLICATION,
            "eventType": {"type": "string"},
            "event": _ANY_PAYLOAD,
        },
    },
    "SubscriptionItem": {
        "type": "object",
        "required": ["eventType"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "subscriberId": _APPLICATION,
            "eventType": {"type": "string"},
            "delivery": {"type": "string", "enum": ["PUSH", "PULL"], "default": "PUSH"},
            "options": {
                "type": "object",
                "properties": {
                    "TTL": {"type": "integer", "default": 3600},
                    "FIFO": {"type": "boolean", "default": False},
                },
            },
            "endpoint": {
                "type": "object",
                "description": "Where events are pushed to: a service of the subscriber, and a path of it",
                "properties": {"service": {"type": "string"}, "path": {"type": "string"}},
            },
        },
    },
}
