"""Pages that show a training unit who works where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from urllib.parse import urlencode

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.people import presenters, schemas, service
from govstack.web.answers import Page

PAGE_PEOPLE = 50
# What posts are called, by id: rooms above this one know it.
Posts = Callable[[Call, Iterable[str]], Awaitable[Mapping[str, str]]]


def people_page(posts: Posts) -> Routes:
    """Return the page of people; `posts` gives the names of posts, by id."""
    made = Routes(tags=("pages of people",))

    @made.page("/people", access=needs(PLAN), query=schemas.PeopleQuery, operation_id="peoplePage")
    async def people(call: Call) -> Page:
        """List people, all or those of an organisation with its parts."""
        return await _listed(call, posts)

    return made


async def _listed(call: Call, named: Posts) -> Page:
    tree, asked = await service.tree(call.context), call.query
    below = tree.below(asked.organisation) if asked.organisation else None
    found = await service.listed(call.context, organisations=below, after=asked.after, limit=PAGE_PEOPLE)
    posts = await named(call, [role for one in found for role in one.roles])
    more = {"organisation": asked.organisation, "after": found[-1].id} if len(found) == PAGE_PEOPLE else {}
    values = {
        "rows": presenters.rows(found, tree, posts, Words(call.language)),
        "organisations": presenters.choices(tree, call.language),
        "chosen": asked.organisation,
        "first": "/people" if asked.after else "",
        "next": f"/people?{urlencode(more)}" if more else "",
    }
    return framed(call, "people", "people.html", values)
