"""Pages of events in time: what is to come, what is past, and one's own."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, public, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.agenda import presenters, service
from govstack.pillars.learn.knowing.agenda.schemas import PartQuery
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.gatherings import presenters as events
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.gatherings.schemas import calendar_answer
from govstack.pillars.learn.records.model import Record
from govstack.web.answers import Page

routes = Routes(tags=("pages of events",))
PAGE_EVENTS = 50


@routes.page("/coming-events", access=public(), query=PartQuery, operation_id="comingGatheringsPage")
async def coming(call: Call) -> Page:
    """List the events still to come that somebody may read."""
    found = (await service.all_listed(call.context, by=call.actor)).ahead
    part = found[call.query.skip :][:PAGE_EVENTS]
    left = await gatherings.left(call.context, gathering_ids=[one.id for one in part])
    values = {"rows": presenters.ahead(Words(call.language), part, left), **_further(call, "/coming-events", found)}
    return framed(call, SECTION, "coming_gatherings.html", values)


@routes.page("/past-events", access=public(), query=PartQuery, operation_id="pastGatheringsPage")
async def past(call: Call) -> Page:
    """List the events that took place, have begun or were cancelled, which somebody may read."""
    found = (await service.all_listed(call.context, by=call.actor)).gone
    part = found[call.query.skip :][:PAGE_EVENTS]
    values = {"rows": presenters.gone(Words(call.language), part), **_further(call, "/past-events", found)}
    return framed(call, SECTION, "past_gatherings.html", values)


def _further(call: Call, path: str, found: list[Record]) -> dict[str, str]:
    shown = call.query.skip + PAGE_EVENTS
    return {
        "first": path if call.query.skip else "",
        "next": f"{path}?skip={shown}" if shown < len(found) else "",
    }


@routes.page("/my/events", access=signed_in(), operation_id="myEventsPage")
async def mine(call: Call) -> Page:
    """Show the events that one comes to, came to or waits for."""
    rows = presenters.mine(Words(call.language), await service.mine(call.context, by=call.actor))
    return framed(call, "mine", "my_events.html", {"rows": rows})


@routes.page("/my/events/calendar", access=signed_in(), operation_id="myEventsCalendar")
async def calendar(call: Call) -> Answer:
    """Hand out the events that one has a seat at for one's calendar."""
    found = await service.mine(call.context, by=call.actor)
    seated = [one.record for one in found if not one.attendant.waiting]
    return calendar_answer(events.calendar(seated, public_url=call.context.public_url))
