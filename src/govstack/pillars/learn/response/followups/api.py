"""The operations on follow-ups."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.response.followups import presenters, schemas, service

routes = Routes(tags=("Evaluation plans",))


@routes.get(
    "/evaluation-plans/{recordId}/standing", access=needs(PLAN), answer=schemas.EvaluationStanding,
    operation_id="readEvaluationStanding", errors=(UnknownRecord,),
)  # fmt: skip
async def read_standing(call: Call) -> schemas.EvaluationStanding:
    """Read where an evaluation plan stands: levels, follow-ups, checks, and whether cause or contribution is said."""
    found = await service.standing(call.context, by=call.actor, plan_id=call.path["recordId"])
    checks = await service.checks(call.context, by=call.actor, plan=found.plan)
    return schemas.standing(found, checks, presenters.claimed(found.claim, Words(call.language)))


@routes.get(
    "/follow-ups", access=needs(PLAN), query=schemas.ListQuery, answer=schemas.FollowUps,
    operation_id="listFollowUps",
)  # fmt: skip
async def list_follow_ups(call: Call) -> schemas.FollowUps:
    """List the follow-ups that are due or should have been done, of every session that was held."""
    found = await service.open_ones(call.context, by=call.actor, states=call.query.states)
    part = found[call.query.offset : call.query.offset + call.query.limit]
    return schemas.FollowUps([schemas.follow_up(plan, one) for plan, one in part], len(found))


@routes.get(
    "/follow-ups/export", access=needs(PLAN), query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportFollowUps",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the follow-ups that are due or should have been done out as CSV, spreadsheet or JSON."""
    found = await service.open_ones(call.context, by=call.actor, states=call.query.states)
    return table_answer("follow-ups", Format(call.query.format), schemas.COLUMNS, at_once(schemas.lines(found)))
