"""The first page of the pillar."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.frame.presenters import SECTIONS, framed
from govstack.web.answers import Page

routes = Routes(tags=("first page",))


@routes.page("/", access=public(), operation_id="learnStartPage")
async def start(call: Call) -> Page:
    """Show what there is to do for whoever looks."""
    offered = [
        (label, path)
        for name, label, path, scope in SECTIONS
        if name != "start" and (not scope or call.actor.may(scope))
    ]
    return framed(call, "start", "start.html", {"offered": offered})
