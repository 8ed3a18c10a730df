"""Pages of learning paths."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, public
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.offerings import service as offerings
from govstack.pillars.learn.paths import presenters, schemas, service
from govstack.web.answers import Page

routes = Routes(tags=("pages of learning paths",))


@routes.page("/paths", access=public(), operation_id="pathsPage")
async def listed(call: Call) -> Page:
    """List learning paths, those of one's own posts to whoever signed in."""
    if call.actor.signed_in:
        found = await service.mine(call.context, by=call.actor)
    else:
        found = await service.listed(call.context)
    return framed(call, "paths", "paths.html", {"rows": presenters.rows(found, Words(call.language))})


@routes.page("/paths/{pathId}", access=public(), operation_id="pathPage")
async def show(call: Call) -> Page:
    """Show a path, its steps in order, and where whoever signed in stands."""
    words = Words(call.language)
    path = await service.path(call.context, path_id=call.path["pathId"])
    placed = await service.standing(call.context, by=call.actor, found=path)
    known = {one.id: one for one in await offerings.open_offerings(call.context)}
    values = {
        "path": path,
        "title": in_language(path.titles, call.language),
        "written_in": spoken(path.titles, call.language),
        "words": marked(path.words, call.language) if path.words else "",
        "steps": presenters.steps(placed, known, words),
        "slots": presenters.slots(path, words),
    }
    return framed(call, "paths", "path.html", values)


@routes.page("/paths/{pathId}/calendar", access=public(), operation_id="pathCalendar")
async def calendar(call: Call) -> Answer:
    """Give out the slots of a path as iCalendar."""
    path = await service.path(call.context, path_id=call.path["pathId"])
    return Answer(body=schemas.calendar(path, call.language), media_type="text/calendar; charset=utf-8")
