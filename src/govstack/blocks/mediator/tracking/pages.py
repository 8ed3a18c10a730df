"""Published events, deliveries, queues and dead letters for administrators of rooms (I21, I27, I29)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.directory.presenters import Words, framed, refused
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import Names
from govstack.blocks.mediator.publishing.model import Progress
from govstack.blocks.mediator.rooms import presenters as room_presenters
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.model import Room
from govstack.blocks.mediator.tracking import presenters, service
from govstack.blocks.mediator.tracking.errors import CannotRequeue, NotDead, NotYours, UnknownDelivery
from govstack.blocks.mediator.tracking.model import Delivery, Wanted
from govstack.kernel.i18n import _, ntranslate
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("event pages",))
SHOWN = 25
DELIVERIES_SHOWN = 200
ROOMS_CHOSEN_MAX = 500


class LogQuery(msgspec.Struct, frozen=True):
    """Which events or dead letters to show; `room` is CLASS/MEMBER/APPLICATION."""

    room: str = ""
    event_type: str = msgspec.field(name="type", default="")
    state: Literal["", "pending", "delivered", "incomplete", "stopped"] = ""
    event_id: str = msgspec.field(name="id", default="")
    token: str = ""
    lang: str = ""


class QueueQuery(msgspec.Struct, frozen=True):
    """Where the list of queues goes on."""

    token: str = ""
    lang: str = ""


@routes.page("/events/log", access=signed_in(), query=LogQuery, operation_id="eventsPage")
async def events(call: Call) -> Page | Redirect:
    """List published events and how far each has come."""
    query, words = call.query, Words(call.language)
    if query.event_id:
        return Redirect(f"/events/log/{query.event_id.strip().lower()}")
    choices = await _rooms(call)
    wanted = Wanted(room=_room(call, choices), event_type=query.event_type, state=query.state)
    found = await service.events(call.context, by=call.actor, wanted=wanted, page_size=SHOWN, page_token=query.token)
    names = await explorer.names(call.context, [one.event.publisher for one in found.events])
    used = {"room": query.room, "type": query.event_type, "state": query.state}
    values = {
        **_listing(call, "/events/log", used, found.next_page_token, choices),
        "rows": presenters.event_rows(words, found.events, names),
        "states": [(str(name), words(presenters.PROGRESS[name][0])) for name in Progress],
    }
    return framed(call, "events", "events.html", values)


@routes.page("/events/log/{eventId}", access=signed_in(), operation_id="eventPage")
async def one_event(call: Call) -> Page:
    """Show one event: where it stands with each subscriber, but not what it says."""
    words = Words(call.language)
    found = await service.event(call.context, by=call.actor, event_id=call.path["eventId"])
    room = found.event.room.partition("/")[2]
    wanted = Wanted(room=room, event_id=found.event.id)
    deliveries = await service.deliveries(call.context, by=call.actor, wanted=wanted, page_size=DELIVERIES_SHOWN)
    ends = [found.event.publisher, *(one.subscriber for one in deliveries.deliveries)]
    names = await explorer.names(call.context, ends)
    values = {
        "event": found.event,
        "room": room,
        "reached": presenters.reached(words, found),
        "status": presenters.progress(words, found),
        "facts": presenters.event_facts(words, found, names),
        "rows": presenters.delivery_rows(words, deliveries.deliveries, names),
        "stops": may(call.actor, Power.OFFER, application=room)
        and found.tally.progress(found.event) is Progress.PENDING,
    }
    return framed(call, "events", "event.html", values)


@routes.page("/events/log/{eventId}/stop", access=signed_in(), operation_id="stopEventPage")
async def ask_stop(call: Call) -> Page:
    """Ask whether the delivery of an event shall be stopped."""
    found = await service.event(call.context, by=call.actor, event_id=call.path["eventId"])
    values = {"event": found.event, "reached": presenters.reached(Words(call.language), found)}
    return framed(call, "events", "event_stop.html", values)


@routes.form("/events/log/{eventId}/stop", access=signed_in(), operation_id="stopEventForm")
async def stop(call: Call) -> Redirect:
    """Stop the delivery of an event."""
    await service.stop_event(call.context, by=call.actor, event_id=call.path["eventId"])
    notice = Words(call.language)(_("The event is not delivered any more."))
    return Redirect(f"/events/log/{call.path['eventId']}", notice=notice)


@routes.page("/events/dead", access=signed_in(), query=LogQuery, operation_id="deadLettersPage")
async def dead_letters(call: Call) -> Page:
    """List the events that could not be delivered."""
    query, words, choices = call.query, Words(call.language), await _rooms(call)
    wanted = Wanted(room=_room(call, choices), event_type=query.event_type, state=str(State.DEAD))
    found = await service.deliveries(
        call.context, by=call.actor, wanted=wanted, page_size=SHOWN, page_token=query.token
    )
    names = await _names(call, found.deliveries)
    used = {"room": query.room, "type": query.event_type}
    values = {
        **_listing(call, "/events/dead", used, found.next_page_token, choices),
        "rows": presenters.dead_rows(words, found.deliveries, names),
        "chosen_room": wanted.room,
        "requeues": bool(wanted.room) and may(call.actor, Power.OFFER, application=wanted.room) and found.deliveries,
    }
    return framed(call, "events", "dead_letters.html", values)


@routes.form("/events/dead/requeue", access=signed_in(), operation_id="requeueAllForm")
async def requeue_all(call: Call) -> Redirect:
    """Put the dead letters of a room back into their queues."""
    room, words = call.form.get("room", ""), Words(call.language)
    wanted = Wanted(room=room, event_type=call.form.get("type", ""))
    count = await service.requeue_all(call.context, by=call.actor, wanted=wanted)
    notice = ntranslate(words.language, "{count} event was put back.", "{count} events were put back.", count)
    return Redirect(lists.address("/events/dead", {"room": room}), notice=notice)


@routes.page("/events/deliveries/{number}", access=signed_in(), operation_id="deliveryPage")
async def one_delivery(call: Call) -> Page:
    """Show where an event stands with one subscriber, and every attempt."""
    return await _delivery_page(call, {})


@routes.form("/events/deliveries/{number}/requeue", access=signed_in(), operation_id="requeueForm")
async def requeue(call: Call) -> Page | Redirect:
    """Put a dead letter back into its queue."""
    words = Words(call.language)
    try:
        await service.requeue(call.context, by=call.actor, number=_number(call))
    except (CannotRequeue, NotDead) as problem:
        return await _delivery_page(call, refused(words, problem), status=problem.status)
    return Redirect(f"/events/deliveries/{call.path['number']}", notice=words(_("The event waits in its queue again.")))


@routes.page("/events/deliveries/{number}/drop", access=signed_in(), operation_id="dropPage")
async def ask_drop(call: Call) -> Page:
    """Ask whether a dead letter shall be given up for good."""
    found, _tries = await service.delivery_of(call.context, by=call.actor, number=_number(call))
    names = await _names(call, [found])
    facts = presenters.delivery_facts(Words(call.language), found, names)
    return framed(call, "events", "delivery_drop.html", {"delivery": found, "facts": facts})


@routes.form("/events/deliveries/{number}/drop", access=signed_in(), operation_id="dropForm")
async def drop(call: Call) -> Page | Redirect:
    """Give a dead letter up for good."""
    words = Words(call.language)
    try:
        await service.drop(call.context, by=call.actor, number=_number(call))
    except NotDead as problem:
        return await _delivery_page(call, refused(words, problem), status=problem.status)
    return Redirect(f"/events/deliveries/{call.path['number']}", notice=words(_("The event was dropped.")))


@routes.page(
    "/events/rooms/{memberClass}/{memberCode}/{applicationCode}/queues",
    access=signed_in(),
    query=QueueQuery,
    operation_id="queuesPage",
)
async def queues(call: Call) -> Page:
    """Show how much waits for each subscription in a room."""
    path, words = call.path, Words(call.language)
    instance = call.context.settings.text("INSTANCE")
    address = (instance, path["memberClass"], path["memberCode"], path["applicationCode"])
    found = await service.queues(
        call.context, by=call.actor, address=address, page_size=SHOWN, page_token=call.query.token
    )
    room = await rooms.room(call.context, address=address)
    base = room_presenters.path(room)
    names = await explorer.names(call.context, [one.subscriber for one in found.queues])
    values = {
        "room": room,
        "base": base,
        "tabs": room_presenters.tabs(words, room, "queues", manages=True),
        "rows": presenters.queue_rows(words, base, found.queues, names),
        "waiting": sum(one.waiting for one in found.queues),
        "dead": sum(one.dead for one in found.queues),
        "first_href": f"{base}/queues" if call.query.token else "",
        "next_href": f"{base}/queues?token={found.next_page_token}" if found.next_page_token else "",
    }
    return framed(call, "events", "queues.html", values)


async def _delivery_page(call: Call, errors: dict[str, str], *, status: int = 200) -> Page:
    words = Words(call.language)
    found, tries = await service.delivery_of(call.context, by=call.actor, number=_number(call))
    names = await _names(call, [found])
    manages = may(call.actor, Power.OFFER, application=found.room.partition("/")[2])
    values = {
        "delivery": found,
        "status": presenters.state(words, found.state),
        "facts": presenters.delivery_facts(words, found, names),
        "rows": presenters.try_rows(words, tries),
        "dead": found.state is State.DEAD and manages,
        "errors": errors,
    }
    return framed(call, "events", "delivery.html", values, status=status)


def _number(call: Call) -> int:
    text = call.path["number"]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise UnknownDelivery
    return int(text)


async def _rooms(call: Call) -> list[Room]:
    """Return the rooms that somebody may look into."""
    found = await rooms.rooms(call.context, page_size=ROOMS_CHOSEN_MAX)
    powers = (Power.OFFER, Power.READ)
    return [one for one in found.rooms if any(may(call.actor, power, application=one.subject) for power in powers)]


def _room(call: Call, choices: Sequence[Room]) -> str:
    """Return which room to show: any for those who read everything, else one that somebody manages."""
    asked: str = call.query.room
    if may(call.actor, Power.READ) or asked in {one.subject for one in choices}:
        return asked
    if not choices:
        raise NotYours
    return choices[0].subject


def _listing(call: Call, base: str, used: dict[str, str], token: str, choices: Sequence[Room]) -> dict[str, object]:
    return {
        "query": call.query,
        "rooms": [(one.subject, one.title) for one in choices],
        "everything": may(call.actor, Power.READ),
        "first_href": lists.address(base, used) if call.query.token else "",
        "next_href": lists.address(base, {**used, "token": token}) if token else "",
    }


async def _names(call: Call, found: Sequence[Delivery]) -> dict[str, Names]:
    ends = {end for one in found for end in (one.subscriber, one.publisher)}
    return await explorer.names(call.context, ends)
