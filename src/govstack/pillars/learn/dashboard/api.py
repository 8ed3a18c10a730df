"""The operations of the dashboard."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, public
from govstack.pillars.learn.dashboard import service
from govstack.pillars.learn.dashboard.errors import NotPublic
from govstack.pillars.learn.dashboard.model import Dashboard

routes = Routes(tags=("Dashboard",))


@routes.get("/dashboard", access=by_policy("learn:plan or learn:lead"), answer=Dashboard, operation_id="readDashboard")
async def read(call: Call) -> Dashboard:
    """Read where the capacity of the country stands."""
    return await service.dashboard(call.context, by=call.actor)


@routes.get(
    "/dashboard/public", access=public(), answer=Dashboard, operation_id="readPublicDashboard", errors=(NotPublic,)
)  # fmt: skip
async def read_public(call: Call) -> Dashboard:
    """Read what everybody may know of it, where the country lets everybody."""
    return await service.public(call.context)
