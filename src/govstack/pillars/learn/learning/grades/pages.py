"""The page of what a tool offers: open it, and see the grade that came back."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.kernel.wire import policy_leading_to
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.frame.schemas import way_back
from govstack.pillars.learn.learning.grades import presenters, schemas, service
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.model import origin
from govstack.web.answers import Page

routes = Routes(tags=("pages of grades",))


@routes.page("/tools/{linkId}", access=signed_in(), query=schemas.WayBack, operation_id="toolPage")
async def show(call: Call) -> Page:
    """Show what a tool offers, and what the reader has for it."""
    link = await platforms.link(call.context, link_id=call.path["linkId"])
    grade = await service.my_grade(call.context, by=call.actor, link_id=link.id)
    values = {
        "one": link,
        "name": in_language(link.card.titles, call.language),
        "title_in": spoken(link.card.titles, call.language),
        "unit": marked(link.card.titles, call.language),
        "text": marked(link.card.texts, call.language) if link.card.texts else "",
        "tool": marked(link.tool.card.titles, call.language),
        "grade": presenters.shown(Words(call.language), grade),
        "back": way_back(call.query.back) or "/tools",
        "told": link.tool.card.share_names,
    }
    shown = framed(call, "tools", "tool.html", values)
    return Page(shown.template, shown.values, headers=policy_leading_to(origin(link.tool.card.login_url)))
