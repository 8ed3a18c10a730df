"""The citizen's pages."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.sandbox.citizens import presenters, service
from govstack.pillars.sandbox.citizens.model import portal
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.live import presenters as live_presenters
from govstack.pillars.sandbox.live import service as live
from govstack.web.answers import Page

routes = Routes(tags=("citizens",))


@routes.page("/me", access=signed_in(), operation_id="whoReadMyData")
async def me(call: Call) -> Page:
    """Show the signed-in person who read their data."""
    found, silent = await service.who_read_my_data(call.context, by=call.actor)
    country = countries.load()
    names = presenters.register_names(country, call.language)
    caller = portal(country)
    messages = await live.behind_page(call.context, application=caller, correlation_id=call.correlation_id)
    values = {
        "rows": presenters.rows(found, country, call.language, service.roles(country)),
        "silent": [names[code] for code in silent],
        "live": live_presenters.diagram(messages, country, call.language, linked=False) if messages else None,
        "live_known": messages is not None,
    }
    return Page("me.html", values)
