"""Subscriptions for administrators of rooms: list, look, change, end (I22, I23)."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.directory.presenters import Words, framed, kept, refused, step
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.rooms import presenters as room_presenters
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.service import Address
from govstack.blocks.mediator.subscriptions import presenters, service
from govstack.blocks.mediator.subscriptions.errors import EndpointRefused
from govstack.blocks.mediator.subscriptions.model import OBSTACLES, Subscription
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("subscription pages",))
SUBSCRIPTIONS = "/events/rooms/{memberClass}/{memberCode}/{applicationCode}/subscriptions"
SUBSCRIPTION = SUBSCRIPTIONS + "/{subscriptionId}"
SHOWN = 50
FIELDS = (
    "mode",
    "ttl_seconds",
    "fifo",
    "service_code",
    "path",
    "retry_attempts",
    "retry_first_seconds",
    "retry_factor",
    "retry_longest_seconds",
)


class SubscriptionsQuery(msgspec.Struct, frozen=True):
    """Which subscriptions to list."""

    event_type: str = msgspec.field(name="type", default="")
    mode: Literal["", "PUSH", "PULL"] = ""
    token: str = ""
    lang: str = ""


@routes.page(SUBSCRIPTIONS, access=signed_in(), query=SubscriptionsQuery, operation_id="subscriptionsPage")
async def subscriptions(call: Call) -> Page:
    """List the active subscriptions in a room."""
    query, words = call.query, Words(call.language)
    found = await service.subscriptions(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=query.event_type,
        mode=query.mode,
        page_size=SHOWN,
        page_token=query.token,
    )
    frame = await _frame(call)
    names = await explorer.names(call.context, [one.subscriber for one in found.subscriptions])
    types = await rooms.event_type_names(call.context, by=call.actor, address=_address(call))
    base, used = f"{frame['base']}/subscriptions", {"type": query.event_type, "mode": query.mode}
    following = {**used, "token": found.next_page_token}
    values = {
        **frame,
        "rows": presenters.rows(words, str(frame["base"]), found.subscriptions, names),
        "query": query,
        "types": [(name, name) for name in types],
        "modes": [(name, words(label)) for name, (label, _hint) in presenters.MODES.items()],
        "first_href": lists.address(base, used) if query.token else "",
        "next_href": lists.address(base, following) if found.next_page_token else "",
    }
    return framed(call, "events", "subscriptions.html", values)


@routes.page(SUBSCRIPTION, access=signed_in(), operation_id="subscriptionPage")
async def one_subscription(call: Call) -> Page:
    """Show one subscription."""
    found, frame, words = await _found(call), await _frame(call), Words(call.language)
    obstacle = await service.obstacle(call.context, found)
    values = {
        **frame,
        **await _named(call, found),
        "facts": presenters.summary(words, presenters.as_form(found)),
        "obstacle": words(OBSTACLES[obstacle]) if obstacle else "",
        "offered_href": lists.application_path(found.subscriber.partition("/")[2], public=True),
        "manages": may(call.actor, Power.OFFER, application="/".join(_address(call)[1:])),
    }
    return framed(call, "events", "subscription.html", values)


@routes.page(SUBSCRIPTION + "/change", access=signed_in(), operation_id="changeSubscriptionPage")
async def show_properties(call: Call) -> Page:
    """Show a subscription for changing."""
    found = await _found(call)
    return await _change_page(call, found, presenters.as_form(found), {})


@routes.form(SUBSCRIPTION + "/change", access=signed_in(), operation_id="changeSubscriptionForm")
async def change(call: Call) -> Page | Redirect:
    """Check a changed subscription, show it, and write it."""
    found, words, values = await _found(call), Words(call.language), kept(call, *FIELDS)
    errors = {} if step(call) == "edit" else presenters.wrong(words, values)
    if step(call) == "edit" or errors:
        return await _change_page(call, found, values, errors)
    if step(call) == "check":
        rows = presenters.summary(words, values)
        shown = {**await _frame(call), **await _named(call, found), "values": values, "rows": rows}
        return framed(call, "events", "subscription_change_check.html", shown)
    try:
        await service.change(
            call.context,
            by=call.actor,
            address=_address(call),
            subscription_id=found.id,
            wish=presenters.wish(values),
        )
    except EndpointRefused as problem:
        return await _change_page(call, found, values, refused(words, problem, "path"))
    return Redirect(_path(call, found), notice=words(_("The subscription was changed.")))


@routes.page(SUBSCRIPTION + "/end", access=signed_in(), operation_id="endSubscriptionPage")
async def ask_end(call: Call) -> Page:
    """Ask whether a subscription shall end."""
    found = await _found(call)
    return framed(call, "events", "subscription_end.html", {**await _frame(call), **await _named(call, found)})


@routes.form(SUBSCRIPTION + "/end", access=signed_in(), operation_id="endSubscriptionForm")
async def end(call: Call) -> Redirect:
    """End a subscription with its queue."""
    await service.end(call.context, by=call.actor, address=_address(call), subscription_id=call.path["subscriptionId"])
    room = "/".join(_address(call)[1:])
    notice = Words(call.language)(_("The subscription has ended."))
    return Redirect(f"/events/rooms/{room}/subscriptions", notice=notice)


def _address(call: Call) -> Address:
    path = call.path
    instance = call.context.settings.text("INSTANCE")
    return (instance, path["memberClass"], path["memberCode"], path["applicationCode"])


def _path(call: Call, found: Subscription) -> str:
    return f"/events/rooms/{'/'.join(_address(call)[1:])}/subscriptions/{found.id}"


async def _found(call: Call) -> Subscription:
    return await service.subscription(
        call.context, by=call.actor, address=_address(call), subscription_id=call.path["subscriptionId"]
    )


async def _frame(call: Call) -> dict[str, object]:
    room = await rooms.room(call.context, address=_address(call))
    tabs = room_presenters.tabs(Words(call.language), room, "subscriptions", manages=True)
    return {"room": room, "base": room_presenters.path(room), "tabs": tabs}


async def _named(call: Call, found: Subscription) -> dict[str, object]:
    names = await explorer.names(call.context, [found.subscriber])
    return {"subscription": found, "subscriber": presenters.application(names, found.subscriber)}


async def _change_page(call: Call, found: Subscription, values: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    shown = {
        **await _frame(call),
        **await _named(call, found),
        "values": values,
        "errors": errors,
        "modes": [(name, words(label), words(hint)) for name, (label, hint) in presenters.MODES.items()],
    }
    return framed(call, "events", "subscription_change.html", shown, status=400 if errors else 200)
