"""Health for orchestrators and people: alive, ready, and what is wrong when not (X252)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel import metrics
from govstack.kernel.context import Context
from govstack.kernel.errors import Problem
from govstack.kernel.routing import Answer, Call, Routes, public

STOPPING = "stopping"
# Ends the process in order, to start with empty databases; only there where the process can do that.
BEGIN_AFRESH = "begin-afresh"


async def ready(context: Context) -> Mapping[str, str]:
    """Return the state of each thing this package needs: ok, or what is wrong in plain words."""
    state = {"database": "ok", "process": "stopping" if context.memory.get(STOPPING) else "ok"}
    try:
        async with context.database.reading() as tx:
            await tx.fetch("SELECT 1 AS one")
    except Problem:
        state["database"] = "unreachable"
    return state


routes = Routes(tags=("health",))


@routes.get(
    "/healthcheck", access=public(), answer=dict[str, str], operation_id="healthcheck", answers={503: dict[str, str]}
)
@routes.get(
    "/health/ready", access=public(), answer=dict[str, str], operation_id="healthReady", answers={503: dict[str, str]}
)
async def answer_ready(call: Call) -> Answer:
    """Tell whether this package can take requests."""
    state = await ready(call.context)
    return Answer(value=state, status=200 if set(state.values()) == {"ok"} else 503)


@routes.get("/health/live", access=public(), answer=dict[str, str], operation_id="healthLive")
async def answer_live(_: Call) -> dict[str, Any]:
    """Tell that the process runs."""
    return {"process": "ok"}


@routes.get("/metrics", access=public(), operation_id="metrics", hidden=True)
async def answer_metrics(_: Call) -> Answer:
    """Return the figures of this process as Prometheus text."""
    return Answer(body=metrics.render(), media_type=metrics.CONTENT_TYPE)
