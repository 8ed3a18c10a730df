"""The operation on what the tools of change management say."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.change.transitions import schemas, service
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Change programmes",))


@routes.get(
    "/change-programmes/{recordId}/reading", access=needs(PLAN), answer=schemas.ChangeReading,
    operation_id="readChangeReading", errors=(UnknownRecord,),
)  # fmt: skip
async def read_reading(call: Call) -> schemas.ChangeReading:
    """Read what the tools say of a change: balance of forces, equations, stances, and where groups are held up."""
    found = await service.workspace(call.context, by=call.actor, change_id=call.path["recordId"])
    return schemas.reading(found)
