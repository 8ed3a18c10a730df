"""The operation on the health of a community."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.knowing.health import schemas, service
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Communities",))


@routes.get(
    "/communities/{recordId}/health", access=by_policy("facilitators of the community"),
    answer=schemas.CommunityHealth, operation_id="readCommunityHealth", errors=(UnknownRecord,),
)  # fmt: skip
async def read(call: Call) -> schemas.CommunityHealth:
    """Read how a community does, and what fell."""
    _room, panel = await service.panel(call.context, by=call.actor, community_id=call.path["recordId"])
    return schemas.shown(panel, service.drop_percent(call.context))
