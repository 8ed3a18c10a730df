"""The pages of follow-up: results of a plan with their follow-up, and what is due or late."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.change.evaluation.model import SECTION, is_complete
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import EVALUATE, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.response.followups import presenters, schemas, service
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page

routes = Routes(tags=("pages of evaluation",))
SOURCES = "result-source"
AIMS = "result-aim"
PATH = "/follow-ups"
PAGE_FOLLOW_UPS = 50


@routes.page("/evaluation-plans/{recordId}/results", access=needs(PLAN), operation_id="evaluationResultsPage")
async def results(call: Call) -> Page:
    """Show what came out at each level, and where each follow-up stands."""
    words, sources, aims = Words(call.language), await _labels(call, SOURCES), await _labels(call, AIMS)
    try:
        found = await service.standing(call.context, by=call.actor, plan_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    checks = await service.checks(call.context, by=call.actor, plan=found.plan)
    values = {
        "plan": found.plan,
        "whole": is_complete(found.plan.content),
        "claim": presenters.claimed(found.claim, words),
        "compared": presenters.compared_rows(found, aims, words),
        "checks": checks,
        "check_rows": presenters.checks(checks, await _labels(call, service.CHECKS), words) if checks else [],
        "writes_checks": call.actor.may(EVALUATE),
        "follow_ups": presenters.follow_ups(found.follow_ups, sources, words),
        "results": presenters.results(found, sources, words),
    }
    return framed(call, SECTION, "evaluation_results.html", values)


@routes.page(PATH, access=needs(PLAN), query=schemas.PageQuery, operation_id="followUpsPage")
async def follow_ups(call: Call) -> Page:
    """Show every follow-up that is due or should have been done."""
    found = await service.open_ones(call.context, by=call.actor)
    pages = max(1, ceil(len(found) / PAGE_FOLLOW_UPS))
    page = min(call.query.page, pages)
    part = found[(page - 1) * PAGE_FOLLOW_UPS : page * PAGE_FOLLOW_UPS]
    rows = presenters.open_ones(part, await _labels(call, SOURCES), Words(call.language))
    values = {"rows": rows, "page": page, "pages": pages, "files": f"{PATH}-file?"}
    return framed(call, SECTION, "follow_ups.html", values)


@routes.page(f"{PATH}-file", access=needs(PLAN), query=schemas.FileQuery, operation_id="followUpsFile")
async def export(call: Call) -> Answer:
    """Hand out the follow-ups that are due or should have been done."""
    found = await service.open_ones(call.context, by=call.actor, states=call.query.states)
    return table_answer("follow-ups", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))


async def _labels(call: Call, vocabulary: str) -> Mapping[str, str]:
    return labelled((await vocabularies.terms(call.context, vocabularies=[vocabulary]))[vocabulary], call.language)
