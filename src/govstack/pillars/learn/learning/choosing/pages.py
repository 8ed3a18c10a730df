"""Pages of choosing in a tool: go there, come back with what was chosen, and decide about it."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.kernel.wire import policy_leading_to
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed, marked
from govstack.pillars.learn.learning.choosing import presenters, schemas, service
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.platforms.model import Asked, origin
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of tools",))
FORM = "application/x-www-form-urlencoded"
ANSWER_BYTES_MAX = 200_000
ONE = f"{service.PAGE}/{{page}}"


@routes.form("/tool-register/{toolId}/choose", access=needs(TEACH), operation_id="chooseInToolForm")
async def begin(call: Call) -> Redirect:
    """Send an author to a tool, to choose there."""
    course_id = call.form.get("course", "").strip()
    return Redirect(
        await service.begin(call.context, by=call.actor, tool_id=call.path["toolId"], course_id=course_id)
    )  # fmt: skip


@routes.page("/tools/authorise", access=signed_in(), query=Asked, operation_id="authoriseTool")
async def authorise(call: Call) -> Page:
    """Hand the tool the message about who comes; the person sends it on."""
    message = await service.message(call.context, by=call.actor, asked=call.query, language=call.language)
    titles = message.tool.card.titles
    values = {
        "message": message, "name": marked(titles, call.language), "told": message.tool.card.share_names,
    }  # fmt: skip
    shown = framed(call, "tools", "tool_message.html", values)
    return Page(shown.template, shown.values, headers=policy_leading_to(origin(message.redirect_uri)))


@routes.operation(
    "POST", service.RETURN, access=by_policy("tools that send an answer signed by their key"), kind="page",
    body=schemas.Chosen, body_types=(FORM,), answer_type="text/html", status=303, operation_id="takeToolChoice",
    body_bytes_max=ANSWER_BYTES_MAX,
)  # fmt: skip
async def take_answer(call: Call, body: schemas.Chosen) -> Answer:
    """Take what was chosen in a tool; the browser goes on by GET, for with a form from elsewhere it sends no session.

    The answer sets no cookie: it would take the place of those that the browser has and does not send.
    """
    where = await service.answer(call.context, token=body.token)
    return Answer(body=b"", status=303, media_type="text/html", headers={"Location": call.context.public_url + where})


@routes.page(ONE, access=needs(TEACH), operation_id="toolChoicePage")
async def show(call: Call) -> Page:
    """Show what was chosen, and ask whether to add it."""
    one, tool = await service.choice(call.context, by=call.actor, page=call.path["page"])
    words = Words(call.language)
    course = await courses.titled(call.context, course_id=one.course_id) if one.course_id else None
    values = {
        "tool": marked(tool.card.titles, call.language),
        "rows": presenters.links(words, one.found.links),
        "left": presenters.left(words, one.found.left, one.language),
        "dated": any(link.dated for link in one.found.links),
        "course": marked({course.language: course.title}, call.language) if course else "",
        "said": marked({one.language: one.found.said}, call.language) if one.found.said else "",
        "fault": marked({one.language: one.found.fault}, call.language) if one.found.fault else "",
        "action": f"{service.PAGE}/{call.path['page']}",
    }
    return framed(call, "tools", "tool_choice.html", values)


@routes.form(ONE, access=needs(TEACH), operation_id="takeChoiceForm")
async def take(call: Call) -> Redirect:
    """Add the links that were chosen."""
    one = await service.take(call.context, by=call.actor, page=call.path["page"])
    return Redirect(f"/tool-register/{one.tool_id}", notice=Words(call.language)(_("The links were added.")))


@routes.form(f"{ONE}/discard", access=needs(TEACH), operation_id="discardChoiceForm")
async def discard(call: Call) -> Redirect:
    """Forget what was chosen."""
    one = await service.discard(call.context, by=call.actor, page=call.path["page"])
    return Redirect(f"/tool-register/{one.tool_id}", notice=Words(call.language)(_("Nothing was added.")))
