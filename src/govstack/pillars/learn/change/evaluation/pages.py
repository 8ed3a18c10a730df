"""The pages of evaluation: results with their follow-up, and what is overdue."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.change.evaluation import presenters, service
from govstack.pillars.learn.change.evaluation.model import SECTION, claim, is_complete
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page

routes = Routes(tags=("pages of evaluation",))
SOURCES = "result-source"


@routes.page("/evaluation-plans/{recordId}/results", access=needs(PLAN), operation_id="evaluationResultsPage")
async def results(call: Call) -> Page:
    """Show what came out at each level, and where each follow-up stands."""
    words, sources = Words(call.language), await _sources(call)
    try:
        found = await service.standing(call.context, by=call.actor, plan_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    values = {
        "plan": found.plan,
        "whole": is_complete(found.plan.content),
        "claim": words(claim(found.plan.content)),
        "follow_ups": presenters.follow_ups(found.follow_ups, sources, words),
        "results": presenters.results(found, sources, words),
    }
    return framed(call, SECTION, "evaluation_results.html", values)


@routes.page("/follow-ups", access=needs(PLAN), operation_id="followUpsPage")
async def follow_ups(call: Call) -> Page:
    """Show every follow-up that is overdue."""
    found = await service.overdue(call.context, by=call.actor)
    rows = presenters.late(found, await _sources(call), Words(call.language))
    return framed(call, SECTION, "follow_ups.html", {"rows": rows})


async def _sources(call: Call) -> Mapping[str, str]:
    return labelled((await vocabularies.terms(call.context, vocabularies=[SOURCES]))[SOURCES], call.language)
