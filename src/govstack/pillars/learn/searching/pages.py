"""The page on which things are found."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.searching import presenters, schemas, service
from govstack.web.answers import Page

SECTION = "search"


def routes_of(kinds: Sequence[Kind]) -> Routes:
    """Return the page that finds records of some kinds and published knowledge."""
    routes = Routes(tags=("pages of search",))
    by_name = {kind.name: kind for kind in kinds}

    @routes.page(
        "/search", access=by_policy("what each finds is what they may read"), query=schemas.SearchQuery,
        operation_id="searchPage",
    )  # fmt: skip
    async def search(call: Call) -> Page:
        """Find what answers, by words and by meaning, among what the reader may read."""
        asked = call.query.q.strip()
        outcome = await service.search(call.context, by=call.actor, kinds=kinds, text=asked) if asked else None
        values = {
            "q": asked,
            "outcome": outcome,
            "found": presenters.entries(outcome.found, by_name, Words(call.language)) if outcome else [],
        }
        return framed(call, SECTION, "search.html", values)

    return routes
