"""The guided journey of a programme: the steps of a country, the plan with its costs, approval."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.papers import presenters as papers
from govstack.pillars.learn.papers.model import Paper
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.programmes import presenters, schemas, service
from govstack.pillars.learn.response.programmes.errors import ApprovedAlready, PlanUnread
from govstack.pillars.learn.response.programmes.model import APPROVED, PROGRAMME, SECTION, STEP, VOCABULARIES
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of programmes",))
ONE = "/programmes/{recordId}"


@routes.page(f"{ONE}/journey", access=access_to(PROGRAMME), operation_id="programmeJourneyPage")
async def journey(call: Call) -> Page:
    """Show where a programme stands: its steps, its costs, its indicators, and what it lacks."""
    words, plan = Words(call.language), await _plan(call)
    terms = await vocabularies.terms(call.context, vocabularies=VOCABULARIES)
    values = {
        "programme": plan.programme,
        "steps": presenters.steps(plan, words, writes=call.actor.may(PLAN)),
        "points": presenters.points(plan, words),
        "fingerprint": plan.fingerprint,
        "costs": presenters.costs(plan, terms["funding-source"], words),
        "total": presenters.total(plan, call.language),
        "indicators": presenters.progress(plan, words),
        "approved": plan.programme.content.get("state") == APPROVED,
        "changed_since": presenters.changed(plan, words),
        "approves": call.actor.may(LEAD),
        "writes": call.actor.may(PLAN),
    }
    return framed(call, SECTION, "programme_journey.html", values)


@routes.page(f"{ONE}/journey/{{step}}", access=needs(PLAN), operation_id="programmeStepPage")
async def step(call: Call) -> Redirect:
    """Open a step, writing it down as open when nobody did before."""
    programme_id, code = call.path["recordId"], call.path["step"]
    await _plan(call)
    record_id = service.step_id(programme_id, code)
    try:
        await records.read(call.context, by=call.actor, kind=STEP, record_id=record_id)
    except UnknownRecord:
        return Redirect(f"/programmes/{programme_id}/journey")
    return Redirect(f"/programme-steps/{record_id}/change")


@routes.form(f"{ONE}/journey/{{step}}", access=needs(PLAN), operation_id="programmeStepForm")
async def begin(call: Call) -> Redirect:
    """Begin a step."""
    plan, code = await _plan(call), call.path["step"]
    record_id = service.step_id(plan.programme.id, code)
    content = {"programme": plan.programme.id, "step": code, "state": "open"}
    try:
        if not any(one.term.code == code and one.record for one in plan.steps):
            await records.put(call.context, by=call.actor, kind=STEP, draft=Draft(content), record_id=record_id)
    except Unfit as error:
        raise NotFound from error
    return Redirect(f"/programme-steps/{record_id}/change")


@routes.form(f"{ONE}/approve", access=needs(LEAD), operation_id="approveProgrammeForm")
async def approve(call: Call) -> Redirect:
    """Approve a plan."""
    programme_id, words = call.path["recordId"], Words(call.language)
    try:
        await service.approve(
            call.context, by=call.actor, programme_id=programme_id, read=call.form.get("read", ""),
            worded=lambda plan: presenters.points(plan, words),
        )  # fmt: skip
    except (ApprovedAlready, PlanUnread) as problem:
        return Redirect(f"/programmes/{programme_id}/journey", notice=problem.title)
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(f"/programmes/{programme_id}/journey", notice=_("The plan is approved."))


@routes.form(f"{ONE}/reopen", access=needs(LEAD), operation_id="reopenProgrammeForm")
async def reopen(call: Call) -> Redirect:
    """Take an approval back."""
    try:
        await service.reopen(call.context, by=call.actor, programme_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(f"/programmes/{call.path['recordId']}/journey", notice=_("The plan is open again."))


@routes.page(
    f"{ONE}/paper", access=access_to(PROGRAMME), query=schemas.PaperQuery, operation_id="programmePaperPage"
)  # fmt: skip
async def paper(call: Call) -> Answer:
    """Hand out a plan as document, spreadsheet or PDF."""
    terms = await vocabularies.terms(call.context, vocabularies=VOCABULARIES)
    content = presenters.paper(await _plan(call), terms, Words(schemas.language_of(call)))
    kind = Paper(call.query.format)
    return schemas.paper_answer(papers.drawn(content, kind), kind)


async def _plan(call: Call) -> service.Plan:
    try:
        return await service.plan(call.context, by=call.actor, programme_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
