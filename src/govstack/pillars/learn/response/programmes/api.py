"""The operations on programmes beside their records: review, approve, open again, take out as a paper."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import LEAD
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.papers import presenters as papers
from govstack.pillars.learn.papers.model import Paper
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.response.programmes import presenters, schemas, service
from govstack.pillars.learn.response.programmes.errors import ApprovedAlready, PlanUnread
from govstack.pillars.learn.response.programmes.model import DRAFT, PROGRAMME, VOCABULARIES, cost
from govstack.pillars.learn.vocabularies import service as vocabularies

routes = Routes(tags=("Programmes",))
ONE = "/programmes/{recordId}"


def _review(plan: service.Plan, words: Words) -> schemas.Review:
    return schemas.Review(
        steps_done=sum(one.done for one in plan.steps),
        funding=cost([one.content for one in plan.measures]),
        open_points=presenters.points(plan, words),
        fingerprint=plan.fingerprint,
        state=plan.programme.content.get("state", DRAFT),
        changed_since_approval=[one.id for one in plan.changed_since],
    )


@routes.get(
    f"{ONE}/review", access=access_to(PROGRAMME), answer=schemas.Review, operation_id="reviewProgramme",
    errors=(UnknownRecord,),
)  # fmt: skip
async def review(call: Call) -> schemas.Review:
    """Tell where a programme stands and what it lacks before approval."""
    plan = await service.plan(call.context, by=call.actor, programme_id=call.path["recordId"])
    return _review(plan, Words(call.language))


@routes.post(
    f"{ONE}/approve", access=needs(LEAD), body=schemas.Approval, answer=schemas.Review,
    operation_id="approveProgramme", errors=(UnknownRecord, ApprovedAlready, PlanUnread),
)  # fmt: skip
async def approve(call: Call, body: schemas.Approval) -> schemas.Review:
    """Approve a plan; what it lacks is kept beside the approval."""
    words = Words(call.language)
    await service.approve(
        call.context, by=call.actor, programme_id=call.path["recordId"], read=body.fingerprint,
        worded=lambda plan: presenters.points(plan, words),
    )  # fmt: skip
    return await review(call)


@routes.post(
    f"{ONE}/reopen", access=needs(LEAD), answer=schemas.Review, operation_id="reopenProgramme", errors=(UnknownRecord,)
)  # fmt: skip
async def reopen(call: Call) -> schemas.Review:
    """Take an approval back, to plan again."""
    await service.reopen(call.context, by=call.actor, programme_id=call.path["recordId"])
    return await review(call)


@routes.get(
    f"{ONE}/paper", access=access_to(PROGRAMME), query=schemas.PaperQuery, answer=bytes,
    answer_type="application/pdf", operation_id="readProgrammePaper", errors=(UnknownRecord,),
)  # fmt: skip
async def paper(call: Call) -> Answer:
    """Take a plan out as document, spreadsheet or PDF."""
    terms = await vocabularies.terms(call.context, vocabularies=VOCABULARIES)
    plan = await service.plan(call.context, by=call.actor, programme_id=call.path["recordId"])
    content = presenters.paper(plan, terms, Words(schemas.language_of(call)))
    kind = Paper(call.query.format)
    return schemas.paper_answer(papers.drawn(content, kind), kind)
