"""The pages on which everybody follows what practice tells policies."""

from __future__ import annotations

from urllib.parse import urlencode

from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.feedback import presenters, schemas, service
from govstack.pillars.learn.knowing.feedback.model import INSIGHT, RESPONSE
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled, offered
from govstack.web.answers import Page

routes = Routes(tags=("pages of policy feedback",))
FEEDBACK = "feedback"
PAGE_INSIGHTS = 50


@routes.page("/policy-feedback", access=public(), query=schemas.FeedbackQuery, operation_id="policyFeedbackPage")
async def traces(call: Call) -> Page:
    """List insights with where they stand."""
    asked = call.query
    found = await service.traces(call.context, theme=asked.theme, after=asked.after, limit=PAGE_INSIGHTS)
    terms = await vocabularies.terms(call.context, vocabularies=["policy-theme"])
    more = {"theme": asked.theme, "after": found[-1].insight.id} if len(found) == PAGE_INSIGHTS else {}
    values = {
        "rows": presenters.rows(found, Words(call.language)),
        "themes": offered(terms["policy-theme"], call.language),
        "theme": asked.theme,
        "writes": records.may_write(INSIGHT, call.actor),
        "first": "/policy-feedback" if asked.after else "",
        "next": f"/policy-feedback?{urlencode(more)}" if more else "",
    }
    return framed(call, FEEDBACK, "policy_feedback.html", values)


@routes.page("/policy-feedback/{recordId}", access=public(), operation_id="policyTracePage")
async def trace(call: Call) -> Page:
    """Follow one insight."""
    try:
        found = await service.trace(call.context, insight_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    words = Words(call.language)
    names = ("policy-theme", "insight-origin", "policy-answer")
    terms = await vocabularies.terms(call.context, vocabularies=names)
    themes, origins, answers = (labelled(terms[name], call.language) for name in names)
    values = {
        "name": found.insight.content["name"],
        "facts": presenters.facts(found, themes, origins, words),
        "course": presenters.course(found, answers, words),
        "insight_id": found.insight.id,
        "answers": records.may_write(RESPONSE, call.actor) and not found.insight.archived,
    }
    return framed(call, FEEDBACK, "policy_trace.html", values)
