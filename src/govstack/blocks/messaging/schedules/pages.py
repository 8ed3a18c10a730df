"""Schedules for administrators: what is sent later or again, without contents and contacts."""

from __future__ import annotations

from govstack.blocks.messaging.schedules import presenters, service
from govstack.blocks.messaging.schedules.model import SHOWN_MAX, State
from govstack.blocks.messaging.schedules.schemas import SchedulesQuery
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.blocks.messaging.senders.service import ADMINISTER
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("schedule pages",))
SCHEDULE = "/schedules/{scheduleUid}"


@routes.page("/schedules", access=signed_in(), query=SchedulesQuery, operation_id="schedulesPage")
async def schedules(call: Call) -> Page:
    """List what is sent later or again, newest first."""
    before = max(call.query.before, 0)
    found = await service.schedules(call.context, by=call.actor, sender=None, before=before)
    names = await senders.names(call.context, sender_ids={one.sender_id for one in found})
    values = {
        "rows": presenters.rows(Words(call.language), found, names),
        "first_href": "/schedules" if before else "",
        "next_href": f"/schedules?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "schedules", "schedules.html", values)


@routes.page(SCHEDULE, access=signed_in(), operation_id="schedulePage")
async def schedule(call: Call) -> Page:
    """Show when something is sent, and what became of its latest moments."""
    uid, words = call.path["scheduleUid"], Words(call.language)
    found, turns = await service.one(call.context, by=call.actor, sender=None, schedule_id=uid)
    names = await senders.names(call.context, sender_ids={found.sender_id})
    values = {
        "schedule": found,
        "organisation": names.get(found.sender_id, found.sender_id),
        "state": presenters.state(words, found),
        "often": presenters.often(words, found),
        "first": presenters.wall_clock(words, found),
        "messages": words.number(found.messages),
        "turns": presenters.turn_rows(words, turns),
        "manages": call.actor.may(ADMINISTER) and found.state is State.ACTIVE,
    }
    return framed(call, "schedules", "schedule.html", values)


@routes.page(SCHEDULE + "/cancel", access=signed_in(), operation_id="cancelSchedulePage")
async def ask_cancel(call: Call) -> Page:
    """Ask whether a schedule shall send nothing more."""
    senders.require(call.actor)
    uid = call.path["scheduleUid"]
    found, _turns = await service.one(call.context, by=call.actor, sender=None, schedule_id=uid)
    return framed(call, "schedules", "schedule_cancel.html", {"schedule": found})


@routes.form(SCHEDULE + "/cancel", access=signed_in(), operation_id="cancelScheduleForm")
async def cancel(call: Call) -> Redirect:
    """Cancel a schedule."""
    uid = call.path["scheduleUid"]
    await service.cancel(call.context, by=call.actor, sender=None, schedule_id=uid)
    return Redirect(f"/schedules/{uid}", notice=Words(call.language)(_("The schedule was cancelled.")))
