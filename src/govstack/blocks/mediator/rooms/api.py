"""Rooms over HTTP: the published operations on event types, and the administration of rooms."""

from __future__ import annotations

from typing import Any

from govstack.blocks.mediator.directory.errors import ClientDiffers, UnknownApplication, UnknownMember
from govstack.blocks.mediator.directory.schemas import claimed_client
from govstack.blocks.mediator.rooms import service
from govstack.blocks.mediator.rooms.errors import (
    EventTypeExists,
    NameRefused,
    RoomNotYours,
    SchemaRefused,
    TooManyTypes,
    UnknownEventType,
    UnknownParty,
    UnknownRoom,
)
from govstack.blocks.mediator.rooms.schemas import (
    EventTypeAnswer,
    EventTypeItem,
    EventTypeList,
    PageQuery,
    RegisterRoom,
    RightItem,
    RightItems,
    RightList,
    RoomAnswer,
    RoomList,
    address_of,
    description,
)
from govstack.blocks.mediator.rooms.service import Address
from govstack.blocks.mediator.services.errors import ApplicationNotConnected
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in

routes = Routes(tags=("rooms",))
PROVIDER = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}"
EVENT_TYPES = PROVIDER + "/api/v1/eventType"
ROOMS = "/api/v1/rooms"
ROOM = ROOMS + "/{memberClass}/{memberCode}/{applicationCode}"
CLIENT_HEADERS = {"X-GovStack-Client": "The calling application; may be left out, and must be the proven one"}
MANAGERS = by_policy("the room itself and its administrators")
GRANTERS = by_policy("the room itself and its administrators of rights")
SCHEMA_BODY_BYTES_MAX = 400_000


@routes.post(
    EVENT_TYPES,
    access=MANAGERS,
    body=EventTypeItem,
    answer=EventTypeItem,
    body_bytes_max=SCHEMA_BODY_BYTES_MAX,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, RoomNotYours, ClientDiffers, NameRefused, SchemaRefused, EventTypeExists, TooManyTypes),
    operation_id="createEventType",
    summary="Register an event type with its JSON Schema",
)
async def create_event_type(call: Call, body: EventTypeItem) -> EventTypeItem:
    """The schema says what payloads may hold; it never changes afterwards."""
    made = await service.add_event_type(
        call.context,
        by=call.actor,
        address=address(call),
        name=body.event_type,
        schema_text=body.schema_text(),
        claimed=claimed_client(call.headers),
    )
    return EventTypeItem.of(made)


@routes.get(
    EVENT_TYPES,
    access=signed_in(),
    answer=list[str],
    answers={204: None},
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers),
    operation_id="getEventTypeList",
    summary="List the event types of a room",
)
async def list_event_type_names(call: Call) -> Answer:
    """Whoever is proven may see what there is, so as to ask for the right to it; without types the answer is 204."""
    names = await service.event_type_names(
        call.context, by=call.actor, address=address(call), claimed=claimed_client(call.headers)
    )
    return Answer(value=names) if names else Answer(status=204)


@routes.get(
    EVENT_TYPES + "/{eventType}",
    access=signed_in(),
    answer=EventTypeItem,
    answers={204: None},
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers),
    operation_id="getEventType",
    summary="Read an event type",
)
async def get_event_type(call: Call) -> Answer:
    """A type that the room does not have is answered with 204, as the contract says."""
    _, found = await service.event_type(
        call.context,
        by=call.actor,
        address=address(call),
        name=call.path["eventType"],
        claimed=claimed_client(call.headers),
    )
    return Answer(status=204) if found is None else Answer(value=EventTypeItem.of(found))


@routes.delete(
    EVENT_TYPES + "/{eventType}",
    access=MANAGERS,
    status=204,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, RoomNotYours, ClientDiffers, UnknownEventType),
    operation_id="deleteEventType",
    summary="Remove an event type",
)
async def delete_event_type(call: Call) -> None:
    """Its subscriptions end with it; the log of its events stays."""
    await service.remove_event_type(
        call.context,
        by=call.actor,
        address=address(call),
        name=call.path["eventType"],
        claimed=claimed_client(call.headers),
    )


@routes.get(
    ROOMS, access=signed_in(), query=PageQuery, answer=RoomList, operation_id="listRooms", summary="List the rooms"
)
async def list_rooms(call: Call) -> RoomList:
    """Which applications distribute events."""
    page = await service.rooms(call.context, page_size=call.query.page_size, page_token=call.query.next_page_token)
    return RoomList([RoomAnswer.of(one) for one in page.rooms], page.next_page_token)


@routes.put(
    ROOM,
    access=by_policy("the application's administrators"),
    body=RegisterRoom,
    answer=RoomAnswer,
    answers={201: RoomAnswer},
    errors=(UnknownMember, UnknownApplication, ApplicationNotConnected),
    operation_id="registerRoom",
    summary="Let an application distribute events",
)
async def register_room(call: Call, body: RegisterRoom) -> Answer:
    """Repeating it changes the room's title and description (I13)."""
    found, new = await service.register(
        call.context, by=call.actor, address=address(call), title=body.title or "", description=body.description
    )
    return Answer(value=RoomAnswer.of(found), status=201 if new else 200)


@routes.get(
    ROOM,
    access=signed_in(),
    answer=RoomAnswer,
    errors=(UnknownRoom,),
    operation_id="readRoom",
    summary="Read a room",
)
async def read_room(call: Call) -> RoomAnswer:
    """What people read about a room."""
    return RoomAnswer.of(await service.room(call.context, address=address(call)))


@routes.delete(
    ROOM,
    access=by_policy("the application's administrators"),
    status=204,
    errors=(UnknownRoom,),
    operation_id="closeRoom",
    summary="Close a room",
)
async def close_room(call: Call) -> None:
    """Its event types, rights and subscriptions end; the log of its events stays."""
    await service.close(call.context, by=call.actor, address=address(call))


@routes.get(
    ROOM + "/event-types",
    access=signed_in(),
    query=PageQuery,
    answer=EventTypeList,
    errors=(UnknownRoom,),
    operation_id="listEventTypes",
    summary="List a room's event types with their schemas",
)
async def list_event_types(call: Call) -> EventTypeList:
    """With the number of subscriptions to each (I16)."""
    page = await service.event_types(
        call.context, address=address(call), page_size=call.query.page_size, page_token=call.query.next_page_token
    )
    return EventTypeList([EventTypeAnswer.of(one) for one in page.event_types], page.next_page_token)


@routes.get(
    ROOM + "/event-types/{eventType}/openapi",
    access=signed_in(),
    answer=dict[str, Any],
    errors=(UnknownRoom, UnknownEventType),
    operation_id="describeEventType",
    summary="Read the OpenAPI description of an event type",
)
async def describe_event_type(call: Call) -> dict[str, Any]:
    """How it is published and subscribed to, and what web hooks receive (I15)."""
    room, found = await service.event_type(
        call.context, by=call.actor, address=address(call), name=call.path["eventType"]
    )
    if found is None:
        raise UnknownEventType
    return description(room, found, server=call.context.public_url)


@routes.get(
    ROOM + "/rights",
    access=GRANTERS,
    query=PageQuery,
    answer=RightList,
    errors=(UnknownRoom, RoomNotYours),
    operation_id="listRoomRights",
    summary="List who may publish and subscribe in a room",
)
async def list_rights(call: Call) -> RightList:
    """What is not listed is not allowed, but for the room's own application."""
    page = await service.rights(
        call.context,
        by=call.actor,
        address=address(call),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return RightList([RightItem.of(one) for one in page.rights], page.next_page_token)


@routes.patch(
    ROOM + "/rights/allow",
    access=GRANTERS,
    body=RightItems,
    errors=(UnknownRoom, RoomNotYours, UnknownParty),
    operation_id="allowInRoom",
    summary="Allow applications to publish or subscribe",
)
async def allow_in_room(call: Call, body: RightItems) -> None:
    """All of the list or nothing; giving a right twice changes nothing."""
    await service.change_rights(
        call.context, by=call.actor, address=address(call), allow=[item.right() for item in body]
    )


@routes.patch(
    ROOM + "/rights/deny",
    access=GRANTERS,
    body=RightItems,
    errors=(UnknownRoom, RoomNotYours, UnknownParty),
    operation_id="denyInRoom",
    summary="Take the right to publish or subscribe away",
)
async def deny_in_room(call: Call, body: RightItems) -> None:
    """All of the list or nothing; subscriptions that are no longer covered end."""
    await service.change_rights(
        call.context, by=call.actor, address=address(call), deny=[item.right() for item in body]
    )


def address(call: Call) -> Address:
    """Return the room that a call names."""
    return address_of(call.path, instance=call.context.settings.text("INSTANCE"))
