"""The page on which everybody reads how long what is personal is kept."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.retention import presenters, service
from govstack.pillars.learn.retention.service import Keeping
from govstack.web.answers import Page


def routes_of(keepings: Sequence[Keeping]) -> Routes:
    """Return the page, for what rooms keep."""
    routes = Routes(tags=("pages of retention",))

    @routes.page("/retention", access=public(), operation_id="retentionPage")
    async def show(call: Call) -> Page:
        """Show what is kept of people, and for how long."""
        rows = presenters.rows(service.kept(call.context, keepings), Words(call.language))
        return framed(call, "record", "retention.html", {"rows": rows})

    return routes
