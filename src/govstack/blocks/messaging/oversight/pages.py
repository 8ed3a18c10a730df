"""The first page with its figures, and requests: how many messages, and how they stand."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.oversight import presenters, service
from govstack.blocks.messaging.oversight.model import SHOWN_MAX
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.blocks.messaging.senders.service import ADMINISTER, READ
from govstack.kernel.routing import Call, Routes, public, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("request pages",))


class RequestsQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


@routes.page("/", access=public(), operation_id="messagingOverviewPage")
async def overview(call: Call) -> Page:
    """Say what this is, and show its figures to those who run it."""
    reads = call.actor.may(ADMINISTER) or call.actor.may(READ)
    values: dict[str, object] = {"signed_in": call.actor.signed_in, "figures": None, "hours": None}
    if reads:
        words, found = Words(call.language), await service.figures(call.context, by=call.actor)
        values |= {"figures": presenters.key_figures(words, found), "hours": presenters.hours_chart(words, found)}
    return framed(call, "overview", "overview.html", values)


@routes.page("/requests", access=signed_in(), query=RequestsQuery, operation_id="requestsPage")
async def requests(call: Call) -> Page:
    """List requests, newest first."""
    found = await service.requests(call.context, by=call.actor, before=max(call.query.before, 0))
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "first_href": "/requests" if call.query.before else "",
        "next_href": f"/requests?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "requests", "requests.html", values)


@routes.page("/requests/{requestUid}", access=signed_in(), operation_id="requestPage")
async def request(call: Call) -> Page:
    """Show how the messages of one request stand."""
    found, counts = await service.request(call.context, by=call.actor, uid=call.path["requestUid"])
    words = Words(call.language)
    values = {
        "request": found,
        "kind": presenters.kind(words, found),
        "channel": words(presenters.CHANNELS[found.channel]),
        "messages": words.number(found.messages),
        "states": presenters.status_chart(words, counts),
        "extends": call.actor.may(ADMINISTER) and any(counts[status] for status in presenters.UNDER_WAY),
    }
    return framed(call, "requests", "request.html", values)
