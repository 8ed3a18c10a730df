"""The operation that tells how long what is personal is kept."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.retention import schemas, service
from govstack.pillars.learn.retention.service import Keeping


def routes_of(keepings: Sequence[Keeping]) -> Routes:
    """Return the operation, for what rooms keep."""
    routes = Routes(tags=("Retention",))

    @routes.get("/retention", access=public(), answer=schemas.KeptList, operation_id="readRetention")
    async def read(call: Call) -> schemas.KeptList:
        """Tell what is kept of people, and for how many days."""
        return schemas.listing(service.kept(call.context, keepings))

    return routes
