"""Pages that lead a learner to a tool, and hand the tool its message."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.kernel.wire import policy_leading_to
from govstack.pillars.learn.frame.model import ADMINISTER, TEACH
from govstack.pillars.learn.frame.presenters import framed, in_language
from govstack.pillars.learn.learning.platforms import service
from govstack.pillars.learn.learning.platforms.model import Asked, origin
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of tools",))


@routes.page("/tools", access=signed_in(), operation_id="toolsPage")
async def tools(call: Call) -> Page:
    """List what tools of others offer."""
    found = await service.links(call.context)
    rows = [
        (one.id, in_language(one.card.titles, call.language), in_language(one.tool.card.titles, call.language))
        for one in found
    ]
    origins = " ".join(sorted({origin(one.tool.card.login_url) for one in found}))
    shown = framed(
        call, "tools", "tools.html", {"rows": rows, "register": call.actor.may(TEACH) or call.actor.may(ADMINISTER)}
    )
    return Page(shown.template, shown.values, headers=policy_leading_to(origins) if origins else {})


@routes.form("/tools/{linkId}/open", access=signed_in(), operation_id="openToolForm")
async def open_tool(call: Call) -> Redirect:
    """Send the learner to a tool."""
    return Redirect(await service.begin(call.context, by=call.actor, link_id=call.path["linkId"]))


@routes.page("/tools/authorise", access=signed_in(), query=Asked, operation_id="authoriseTool")
async def authorise(call: Call) -> Page:
    """Hand the tool the message about who comes; the person sends it on."""
    message = await service.message(call.context, by=call.actor, asked=call.query, language=call.language)
    values = {
        "message": message,
        "name": in_language(message.tool.card.titles, call.language),
        "told": message.tool.card.share_names,
    }
    shown = framed(call, "tools", "tool_message.html", values)
    return Page(shown.template, shown.values, headers=policy_leading_to(origin(message.redirect_uri)))
