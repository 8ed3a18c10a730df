"""The panel of a community's health."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.health import presenters, service
from govstack.pillars.learn.splits import service as splits
from govstack.web.answers import Page

routes = Routes(tags=("pages of communities",))


@routes.page(
    "/communities/{recordId}/health", access=by_policy("facilitators of the community"),
    operation_id="communityHealthPage",
)  # fmt: skip
async def health(call: Call) -> Page:
    """Show how a community does, and what fell."""
    words = Words(call.language)
    room, panel = await service.panel(call.context, by=call.actor, community_id=call.path["recordId"])
    drop = service.drop_percent(call.context)
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "warnings": [words(presenters.WARNINGS[name]) for name in panel.warnings(drop)],
        "rows": presenters.rows(panel, words),
        "figure": presenters.attendance(panel, words),
        "groups": presenters.groups(panel, await splits.terms(call.context), words),
        "least": splits.smallest(call.context),
        "hint": words(
            _(
                "Periods of {days} days, and a warning at a drop of {drop} per cent, are defaults of this product"
                " unless your country set others."
            ),
            days=service.period_days(call.context), drop=drop,
        ),
    }  # fmt: skip
    return framed(call, SECTION, "community_health.html", values)
