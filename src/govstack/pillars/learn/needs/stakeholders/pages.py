"""The map of stakeholders."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.stakeholders import presenters, service
from govstack.pillars.learn.needs.stakeholders.model import DEGREES, SECTION, WAYS, not_engaged
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page

routes = Routes(tags=("pages of stakeholders",))


@routes.page("/stakeholder-map", access=needs(PLAN), operation_id="stakeholderMapPage")
async def stakeholder_map(call: Call) -> Page:
    """Show where stakeholders stand, what is known of each, and which commitments are overdue."""
    words = Words(call.language)
    known = await service.stakeholders(call.context, by=call.actor)
    terms = await vocabularies.terms(call.context, vocabularies=[DEGREES, WAYS])
    activities, ahead = await service.planned(call.context, by=call.actor)
    values = {
        "figure": presenters.grid(known, terms[DEGREES], words),
        "headers": presenters.columns(words),
        "rows": presenters.rows(known),
        "planned": presenters.planned(ahead, terms[WAYS], clock.today(), words),
        "left_out": presenters.names(not_engaged(known, activities)),
        "late": presenters.late(await service.overdue(call.context, by=call.actor), call.language),
    }
    return framed(call, SECTION, "stakeholder_map.html", values)
