"""The page on which a topic of research is taken or given back."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.academia import service
from govstack.pillars.learn.knowing.academia.errors import TopicTaken
from govstack.pillars.learn.knowing.academia.model import SECTION, SUPERVISOR_CHARACTERS_MAX, TOPIC
from govstack.pillars.learn.records.errors import ChangedMeanwhile, UnknownRecord
from govstack.pillars.learn.translations import service as translations
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of topics of research",))
ONE = "/topics/{recordId}/claim"


@routes.page(ONE, access=signed_in(), operation_id="claimTopicPage")
async def ask(call: Call) -> Page:
    """Show whether a topic can be taken."""
    return await _shown(call, {})


@routes.form(ONE, access=signed_in(), operation_id="claimTopicForm")
async def claim(call: Call) -> Page | Redirect:
    """Take a topic, or give it back."""
    topic_id, supervisor = call.path["recordId"], call.form.get("supervisor", "").strip()
    if len(supervisor) > SUPERVISOR_CHARACTERS_MAX:
        said = Words(call.language)(_("Write at most {number} characters."), number=SUPERVISOR_CHARACTERS_MAX)
        return await _shown(call, {"supervisor": said})
    back = call.form.get("act") == "back"
    try:
        if back:
            await service.give_back(call.context, by=call.actor, topic_id=topic_id)
        else:
            await service.claim(call.context, by=call.actor, topic_id=topic_id, supervisor=supervisor)
    except UnknownRecord as error:
        raise NotFound from error
    except (TopicTaken, ChangedMeanwhile) as problem:
        return await _shown(call, {"supervisor": problem.title}, problem)
    return Redirect(f"/topics/{topic_id}", notice=_("You gave the topic back.") if back else _("The topic is yours."))


async def _shown(call: Call, errors: Mapping[str, str], problem: Problem | None = None) -> Page:
    try:
        found = await service.standing(call.context, by=call.actor, topic_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    (topic,) = await translations.translated(call.context, [found.topic], kind=TOPIC, language=call.language)
    values = {"topic": topic, "free": found.free, "mine": found.mine, "given": call.form, "errors": errors}
    status = problem.status if problem else 400 if errors else 200
    return framed(call, SECTION, "topic_claim.html", values, status=status)
