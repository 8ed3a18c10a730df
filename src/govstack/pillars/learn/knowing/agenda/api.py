"""REST routes of one's own events."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, signed_in
from govstack.pillars.learn.knowing.agenda import schemas, service
from govstack.pillars.learn.knowing.gatherings import presenters as events
from govstack.pillars.learn.knowing.gatherings.schemas import CALENDAR, calendar_answer

routes = Routes(tags=("events",))


@routes.get("/me/events", access=signed_in(), answer=list[schemas.OwnEvent], operation_id="listMyEvents")
async def mine(call: Call) -> list[schemas.OwnEvent]:
    """List the events that one comes to, came to or waits for: what is to come first."""
    return schemas.own(await service.mine(call.context, by=call.actor))


@routes.get("/me/event-calendar", access=signed_in(), answer_type=CALENDAR, operation_id="readMyEventCalendar")
async def calendar(call: Call) -> Answer:
    """Read the events that one has a seat at as an iCalendar file."""
    found = await service.mine(call.context, by=call.actor)
    seated = [one.record for one in found if not one.attendant.waiting]
    return calendar_answer(events.calendar(seated, public_url=call.context.public_url))
