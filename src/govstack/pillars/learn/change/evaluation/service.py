"""Use cases of evaluation: whether an offering can open, and how its plan is begun."""

from __future__ import annotations

from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN, is_complete
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import TEXT_CHARACTERS_MAX, Record
from govstack.pillars.learn.records.service import Draft


async def is_planned(context: Context, *, offering_id: str) -> bool:
    """Tell whether an offering has a whole evaluation plan; its plan bears the id of the offering."""
    try:
        plan = await records.read(context, by=SYSTEM, kind=EVALUATION_PLAN, record_id=offering_id)
    except UnknownRecord:
        return False
    return not plan.archived and is_complete(plan.content)


async def begin(context: Context, *, by: Actor, offering_id: str, name: str) -> Record:
    """Begin the evaluation plan of an offering, whose id it bears; one that was begun is returned as it is."""
    try:
        return await records.read(context, by=by, kind=EVALUATION_PLAN, record_id=offering_id)
    except UnknownRecord:
        draft = Draft({"name": name[:TEXT_CHARACTERS_MAX], "offering": offering_id})
        return await records.put(context, by=by, kind=EVALUATION_PLAN, draft=draft, record_id=offering_id)
