"""The operation on who took part in a session."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.response.desk import schemas, service
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import UnknownSession

routes = Routes(tags=("Attendance",))


@routes.get(
    "/sessions/{runId}/groups", access=needs(PLAN), answer=schemas.AttendedGroups, operation_id="readSessionGroups",
    errors=(UnknownSession,),
)  # fmt: skip
async def read_groups(call: Call) -> schemas.AttendedGroups:
    """Read who had a place in a session that is over and who was there, told apart; few are hidden."""
    session = await offerings.session(call.context, session_id=call.path["runId"])
    return schemas.attended_groups(await service.attended(call.context, by=call.actor, session=session))
