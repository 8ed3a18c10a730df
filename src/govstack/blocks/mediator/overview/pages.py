"""The first page: key figures, the exchanges of the day, and what waits for a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.directory.presenters import Words, framed
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.monitoring import presenters as monitoring_presenters
from govstack.blocks.mediator.monitoring import service as monitoring
from govstack.blocks.mediator.monitoring.model import By, Group
from govstack.blocks.mediator.overview import presenters, service
from govstack.kernel import clock
from govstack.kernel.routing import Call, Routes, public
from govstack.web.answers import Page

routes = Routes(tags=("overview",))
HOURS = 24


@routes.page("/", access=public(), operation_id="overviewPage")
async def overview(call: Call) -> Page:
    """Show how this mediator is doing; what is not public only to those who run it."""
    words = Words(call.language)
    counts = await explorer.counts(call.context, by=call.actor)
    values: dict[str, object] = {
        "instance": call.context.settings.text("INSTANCE"),
        "waiting": presenters.waiting(words, counts),
        "figures": presenters.public_figures(words, counts),
        "hours": None,
        "signed_in": call.actor.signed_in,
    }
    if may(call.actor, Power.READ):
        hours = await _hours(call)
        depths = await service.depths(call.context, by=call.actor)
        last_hour = await _exchanged(call, clock.now() - timedelta(hours=1), None)
        day = [group for _hour, groups in hours for group in groups]
        values["figures"] = presenters.figures(words, counts, hour=last_hour, day=day, depths=depths)
        values["hours"] = monitoring_presenters.hours_chart(words, hours)
    return framed(call, "overview", "overview.html", values)


async def _hours(call: Call) -> list[tuple[datetime, list[Group]]]:
    """Return what was exchanged in each of the last hours, this one included."""
    this = clock.now().replace(minute=0, second=0, microsecond=0)
    found = []
    for number in reversed(range(HOURS)):
        hour = this - timedelta(hours=number)
        found.append((hour, await _exchanged(call, hour, hour + timedelta(hours=1))))
    return found


async def _exchanged(call: Call, since: datetime, until: datetime | None) -> list[Group]:
    return await monitoring.statistics(call.context, by=call.actor, aspect=By.STATUS, since=since, until=until)
