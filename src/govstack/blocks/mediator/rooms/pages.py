"""Rooms and event types for administrators: open, describe, define, let in, close (I13, I14, I16)."""

from __future__ import annotations

import asyncio

import msgspec

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.directory.presenters import Words, faults, framed, kept, refused, step
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import Search
from govstack.blocks.mediator.rooms import presenters, service
from govstack.blocks.mediator.rooms.errors import (
    EventTypeExists,
    SchemaRefused,
    TooManyTypes,
    UnknownEventType,
    UnknownParty,
)
from govstack.blocks.mediator.rooms.model import Act, EventType, PayloadSchema, Room, RoomRight
from govstack.blocks.mediator.rooms.service import Address
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("room pages",))
ROOM = "/events/rooms/{memberClass}/{memberCode}/{applicationCode}"
TYPE = ROOM + "/types/{eventType}"
ROOMS_SHOWN = 50
SCHEMA_FORM_BYTES_MAX = 400_000


class ListQuery(msgspec.Struct, frozen=True):
    """Where a list goes on."""

    token: str = ""
    lang: str = ""


@routes.page("/events", access=signed_in(), query=ListQuery, operation_id="roomsPage")
async def rooms(call: Call) -> Page:
    """List the rooms that distribute events."""
    found = await service.rooms(call.context, page_size=ROOMS_SHOWN, page_token=call.query.token)
    names = await explorer.names(call.context, [room.identifier for room in found.rooms])
    values = {
        "rows": presenters.room_rows(found.rooms, names),
        "first_href": "/events" if call.query.token else "",
        "next_href": f"/events?token={found.next_page_token}" if found.next_page_token else "",
        "opens": bool(await _openers(call)),
    }
    return framed(call, "events", "rooms.html", values)


@routes.page("/events/rooms/new", access=signed_in(), operation_id="registerRoomPage")
async def ask_details(call: Call) -> Page:
    """Ask which application shall distribute events."""
    return await _new_page(call, {"application": "", "title": "", "description": ""}, {})


@routes.form("/events/rooms/new", access=signed_in(), operation_id="registerRoomForm")
async def register(call: Call) -> Page | Redirect:
    """Check a room's details, show them, and open it."""
    words, values = Words(call.language), kept(call, "application", "title", "description")
    errors = {} if step(call) == "edit" else faults(words, values, presenters.NEW)
    if step(call) == "edit" or errors:
        return await _new_page(call, values, errors)
    if step(call) == "check":
        return await _new_page(call, values, {}, template="room_new_check.html")
    instance = call.context.settings.text("INSTANCE")
    member_class, member_code, code = values["application"].split("/")
    made, _new = await service.register(
        call.context,
        by=call.actor,
        address=(instance, member_class, member_code, code),
        title=values["title"],
        description=values["description"],
    )
    return Redirect(presenters.path(made), notice=words(_("The room is open.")))


@routes.page(ROOM, access=signed_in(), query=ListQuery, operation_id="roomPage")
async def one_room(call: Call) -> Page:
    """Show a room with its event types."""
    found = await service.event_types(
        call.context, address=_address(call), page_size=ROOMS_SHOWN, page_token=call.query.token
    )
    room = found.rooms[0]
    values = {
        **await _frame(call, room, "types"),
        "rows": presenters.type_rows(room, found.event_types),
        "defines": may(call.actor, Power.OFFER, application=room.subject),
        "first_href": presenters.path(room) if call.query.token else "",
        "next_href": f"{presenters.path(room)}?token={found.next_page_token}" if found.next_page_token else "",
        "publish_path": f"{_public(call, room)}/pub/v1/{{eventType}}",
        "pull_path": f"{_public(call, room)}/pull/v1/{{eventType}}",
    }
    return framed(call, "events", "room.html", values)


@routes.page(ROOM + "/close", access=signed_in(), operation_id="closeRoomPage")
async def ask_closing(call: Call) -> Page:
    """Ask whether a room shall be closed."""
    return framed(call, "events", "room_close.html", await _frame(call, await _managed(call), ""))


@routes.form(ROOM + "/close", access=signed_in(), operation_id="closeRoomForm")
async def close(call: Call) -> Redirect:
    """Close a room."""
    await service.close(call.context, by=call.actor, address=_address(call))
    return Redirect("/events", notice=Words(call.language)(_("The room is closed.")))


@routes.page(ROOM + "/types/new", access=signed_in(), operation_id="defineEventTypePage")
async def ask_type(call: Call) -> Page:
    """Ask for the name and schema of an event type."""
    room = await _managed(call)
    return await _type_page(call, room, {"name": "", "schema": presenters.SCHEMA_EXAMPLE}, {})


@routes.form(
    ROOM + "/types/new", access=signed_in(), operation_id="defineEventTypeForm", body_bytes_max=SCHEMA_FORM_BYTES_MAX
)
async def define_type(call: Call) -> Page | Redirect:
    """Check a schema, show it, and define the event type."""
    words, values, room = Words(call.language), kept(call, "name", "schema"), await _managed(call)
    errors = {} if step(call) == "edit" else faults(words, values, presenters.TYPE)
    if not errors and step(call) != "edit":
        try:
            # Reading a schema at its limits takes a good part of a second: others must not wait for it.
            await asyncio.to_thread(PayloadSchema, values["schema"])
        except SchemaRefused as problem:
            errors = refused(words, problem, "schema")
    if step(call) == "edit" or errors:
        return await _type_page(call, room, values, errors)
    if step(call) == "check":
        return await _type_page(call, room, values, {}, template="event_type_check.html")
    try:
        made = await service.add_event_type(
            call.context, by=call.actor, address=_address(call), name=values["name"], schema_text=values["schema"]
        )
    except (EventTypeExists, TooManyTypes) as problem:
        return await _type_page(call, room, values, refused(words, problem, "name"))
    return Redirect(f"{presenters.path(room)}/types/{made.name}", notice=words(_("The event type is defined.")))


@routes.page(TYPE, access=signed_in(), operation_id="eventTypePage")
async def one_type(call: Call) -> Page:
    """Show an event type with its schema."""
    room, found = await _type(call)
    values = {
        **await _frame(call, room, "types"),
        "type": found,
        "defines": may(call.actor, Power.OFFER, application=room.subject),
        "publish_path": f"{_public(call, room)}/pub/v1/{found.name}",
        "subscribe_path": f"{_public(call, room)}/api/v1/subs/{found.name}",
    }
    return framed(call, "events", "event_type.html", values)


@routes.page(TYPE + "/remove", access=signed_in(), operation_id="removeEventTypePage")
async def ask_type_removal(call: Call) -> Page:
    """Ask whether an event type shall be removed."""
    room, found = await _type(call)
    directory.require(call.actor, Power.OFFER, application=room.subject)
    return framed(call, "events", "event_type_remove.html", {**await _frame(call, room, "types"), "type": found})


@routes.form(TYPE + "/remove", access=signed_in(), operation_id="removeEventTypeForm")
async def remove_type(call: Call) -> Redirect:
    """Remove an event type with its subscriptions."""
    await service.remove_event_type(call.context, by=call.actor, address=_address(call), name=call.path["eventType"])
    room = await service.room(call.context, address=_address(call))
    return Redirect(presenters.path(room), notice=Words(call.language)(_("The event type was removed.")))


@routes.page(ROOM + "/rights", access=signed_in(), query=ListQuery, operation_id="roomRightsPage")
async def rights(call: Call) -> Page:
    """Show who may publish and subscribe in a room."""
    found = await service.rights(
        call.context, by=call.actor, address=_address(call), page_size=ROOMS_SHOWN, page_token=call.query.token
    )
    room, words = found.rooms[0], Words(call.language)
    names = await explorer.names(call.context, [one.client for one in found.rights])
    base = f"{presenters.path(room)}/rights"
    values = {
        **await _frame(call, room, "rights"),
        "rows": presenters.right_rows(words, room, found.rights, names),
        "grants": may(call.actor, Power.GRANT, application=room.subject),
        "first_href": base if call.query.token else "",
        "next_href": f"{base}?token={found.next_page_token}" if found.next_page_token else "",
    }
    return framed(call, "events", "room_rights.html", values)


@routes.page(ROOM + "/rights/new", access=signed_in(), operation_id="giveRoomRightPage")
async def ask_right(call: Call) -> Page:
    """Ask which application may do what in a room."""
    room = await _managed(call, Power.GRANT)
    return await _right_page(call, room, {"client": "", "act": "", "event_type": ""}, {})


@routes.form(ROOM + "/rights/new", access=signed_in(), operation_id="giveRoomRightForm")
async def give_right(call: Call) -> Page | Redirect:
    """Check a right in a room, show it, and give it."""
    room, words = await _managed(call, Power.GRANT), Words(call.language)
    values = kept(call, "client", "act", "event_type")
    errors = {} if step(call) == "edit" else faults(words, values, presenters.RIGHT)
    if step(call) == "edit" or errors:
        return await _right_page(call, room, values, errors)
    if step(call) == "check":
        return await _right_page(call, room, values, {}, template="room_right_check.html")
    right = RoomRight(values["client"], Act(values["act"]), values["event_type"])
    try:
        await service.change_rights(call.context, by=call.actor, address=_address(call), allow=[right])
    except UnknownParty as problem:
        return await _right_page(call, room, values, refused(words, problem, "client"))
    return Redirect(f"{presenters.path(room)}/rights", notice=words(_("The right was given.")))


@routes.page(
    ROOM + "/rights/remove/{clientClass}/{clientMember}/{clientApplication}/{act}",
    access=signed_in(),
    operation_id="takeRoomRightPage",
)
async def ask_right_removal(call: Call) -> Page:
    """Ask whether a right in a room shall be taken away."""
    return await _removal_page(call)


@routes.page(
    ROOM + "/rights/remove/{clientClass}/{clientMember}/{clientApplication}/{act}/{eventType}",
    access=signed_in(),
    operation_id="takeRoomTypeRightPage",
)
async def ask_type_right_removal(call: Call) -> Page:
    """Ask whether a right to one event type shall be taken away."""
    return await _removal_page(call)


@routes.form(ROOM + "/rights/remove", access=signed_in(), operation_id="takeRoomRightForm")
async def take_right(call: Call) -> Redirect:
    """Take a right in a room away, with the subscriptions it covered."""
    room = await _managed(call, Power.GRANT)
    values = kept(call, "client", "act", "event_type")
    if values["act"] not in set(Act):
        raise NotFound
    right = RoomRight(values["client"], Act(values["act"]), values["event_type"])
    await service.change_rights(call.context, by=call.actor, address=_address(call), deny=[right])
    notice = Words(call.language)(_("The right was taken away."))
    return Redirect(f"{presenters.path(room)}/rights", notice=notice)


def _address(call: Call) -> Address:
    path = call.path
    instance = call.context.settings.text("INSTANCE")
    return (instance, path["memberClass"], path["memberCode"], path["applicationCode"])


def _public(call: Call, room: Room) -> str:
    return f"{call.context.public_url}/r1/{room.identifier}"


async def _managed(call: Call, power: Power = Power.OFFER) -> Room:
    room = await service.room(call.context, address=_address(call))
    directory.require(call.actor, power, application=room.subject)
    return room


async def _type(call: Call) -> tuple[Room, EventType]:
    room, found = await service.event_type(
        call.context, by=call.actor, address=_address(call), name=call.path["eventType"]
    )
    if found is None:
        raise UnknownEventType
    return room, found


async def _openers(call: Call) -> list[tuple[str, str]]:
    """Return the applications that somebody may let distribute events."""
    if explorer.administers_nothing(call.actor, Power.OFFER):
        return []
    found = await explorer.own_applications(call.context, by=call.actor, power=Power.OFFER)
    return [(one.subject, f"{one.name} ({one.member_name})") for one in found]


async def _frame(call: Call, room: Room, active: str) -> dict[str, object]:
    manages = any(may(call.actor, power, application=room.subject) for power in (Power.OFFER, Power.READ))
    return {
        "room": room,
        "base": presenters.path(room),
        "tabs": presenters.tabs(Words(call.language), room, active, manages=manages),
    }


async def _new_page(
    call: Call, values: dict[str, str], errors: dict[str, str], template: str = "room_new.html"
) -> Page:
    shown = {"values": values, "errors": errors, "applications": await _openers(call)}
    return framed(call, "events", template, shown, status=400 if errors else 200)


async def _type_page(
    call: Call, room: Room, values: dict[str, str], errors: dict[str, str], template: str = "event_type_new.html"
) -> Page:
    shown = {**await _frame(call, room, "types"), "values": values, "errors": errors}
    return framed(call, "events", template, shown, status=400 if errors else 200)


async def _right_page(
    call: Call, room: Room, values: dict[str, str], errors: dict[str, str], template: str = "room_right_new.html"
) -> Page:
    words = Words(call.language)
    clients = await explorer.connected_applications(call.context, search=Search(), limit=explorer.CHOICES_MAX)
    names = await service.event_type_names(call.context, by=call.actor, address=_address(call))
    shown = {
        **await _frame(call, room, "rights"),
        "values": values,
        "errors": errors,
        "clients": [(one.subject, f"{one.name} ({one.member_name})") for one in clients.rows],
        "acts": [(str(act), words(label)) for act, label in presenters.ACTS.items()],
        "types": [(name, name) for name in names],
    }
    return framed(call, "events", template, shown, status=400 if errors else 200)


async def _removal_page(call: Call) -> Page:
    room, path, words = await _managed(call, Power.GRANT), call.path, Words(call.language)
    if path["act"] not in set(Act):
        raise NotFound
    client = f"{path['clientClass']}/{path['clientMember']}/{path['clientApplication']}"
    values = {
        **await _frame(call, room, "rights"),
        "client": client,
        "act": path["act"],
        "act_name": words(presenters.ACTS[Act(path["act"])]),
        "event_type": path.get("eventType", ""),
    }
    return framed(call, "events", "room_right_remove.html", values)
