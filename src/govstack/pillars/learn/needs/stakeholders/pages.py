"""The map of stakeholders."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.stakeholders import presenters, service
from govstack.pillars.learn.needs.stakeholders.model import DEGREES, SECTION
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page

routes = Routes(tags=("pages of stakeholders",))


@routes.page("/stakeholder-map", access=needs(PLAN), operation_id="stakeholderMapPage")
async def stakeholder_map(call: Call) -> Page:
    """Show where stakeholders stand, what is known of each, and which commitments are overdue."""
    words = Words(call.language)
    known = await service.stakeholders(call.context, by=call.actor)
    degrees = (await vocabularies.terms(call.context, vocabularies=[DEGREES]))[DEGREES]
    values = {
        "figure": presenters.grid(known, degrees, words),
        "headers": presenters.columns(words),
        "rows": presenters.rows(known),
        "late": presenters.late(await service.overdue(call.context, by=call.actor), call.language),
    }
    return framed(call, SECTION, "stakeholder_map.html", values)
