"""The operations on gaps."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.needs.gaps import schemas, service
from govstack.pillars.learn.needs.gaps.errors import FiguresNotYours
from govstack.pillars.learn.needs.gaps.model import Scope
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.errors import NotYoursToSee
from govstack.pillars.learn.people import service as people

routes = Routes(tags=("Gaps",))


@routes.get(
    "/people/{learnerId}/gaps", access=by_policy("is the person, their manager or the training unit"),
    answer=schemas.GapList, operation_id="listGaps", errors=(NotYoursToSee,),
)  # fmt: skip
async def list_gaps(call: Call) -> schemas.GapList:
    """List what a person's posts require and where the person is, the largest gap first."""
    learner = call.path["learnerId"]
    await ratings.require_sight(call.context, by=call.actor, person_id=learner)
    found = await service.required_of(call.context, person_ids=[learner])
    return schemas.GapList([schemas.gap(one) for one in found[learner]])


@routes.get(
    "/gaps/roll-ups", access=by_policy("is the training unit, leads, or is the manager of the team"),
    query=schemas.RollUpsQuery, answer=schemas.RollUpList, operation_id="listRollUps", errors=(FiguresNotYours,),
)  # fmt: skip
async def list_roll_ups(call: Call) -> schemas.RollUpList:
    """List how people stand towards what their posts require: distribution, coverage, holders and priority."""
    asked = call.query
    below = (await people.tree(call.context)).below(asked.organisation) if asked.organisation else None
    scope = Scope(below, asked.team, asked.category)
    found = await service.roll_ups(call.context, by=call.actor, scope=scope, part=asked.by, root=asked.organisation)
    part = found[asked.offset : asked.offset + asked.limit]
    return schemas.RollUpList([schemas.roll_up(one) for one in part], len(found))
