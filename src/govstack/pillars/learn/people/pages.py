"""Pages that show a training unit who works where."""

from __future__ import annotations

from urllib.parse import urlencode

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import framed
from govstack.pillars.learn.people import presenters, schemas, service
from govstack.web.answers import Page

routes = Routes(tags=("pages of people",))
PAGE_PEOPLE = 50


@routes.page("/people", access=needs(PLAN), query=schemas.PeopleQuery, operation_id="peoplePage")
async def people(call: Call) -> Page:
    """List people, all or those of an organisation with its parts."""
    tree, asked = await service.tree(call.context), call.query
    below = tree.below(asked.organisation) if asked.organisation else None
    found = await service.listed(call.context, organisations=below, after=asked.after, limit=PAGE_PEOPLE)
    more = {"organisation": asked.organisation, "after": found[-1].id} if len(found) == PAGE_PEOPLE else {}
    values = {
        "rows": presenters.rows(found, tree, call.language),
        "organisations": presenters.choices(tree, call.language),
        "chosen": asked.organisation,
        "first": "/people" if asked.after else "",
        "next": f"/people?{urlencode(more)}" if more else "",
    }
    return framed(call, "people", "people.html", values)
