"""The operation that finds things."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.searching import schemas, service


def routes_of(kinds: Sequence[Kind]) -> Routes:
    """Return the operation that finds records of some kinds and published knowledge."""
    routes = Routes(tags=("Search",))

    @routes.get(
        "/search", access=by_policy("what each finds is what they may read"), query=schemas.SearchQuery,
        answer=schemas.Results, operation_id="search",
    )  # fmt: skip
    async def search(call: Call) -> schemas.Results:
        """Find what answers, by words and by meaning, among what the caller may read."""
        asked = call.query
        found = await service.search(call.context, by=call.actor, kinds=kinds, text=asked.q, limit=asked.limit)
        return schemas.results(found)

    return routes
