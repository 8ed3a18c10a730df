"""The operations that follow insights; the records themselves have operations of their own."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, public
from govstack.pillars.learn.knowing.feedback import schemas, service
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Policy feedback",))


@routes.get(
    "/policy-feedback", access=public(), query=schemas.FeedbackQuery, answer=schemas.PolicyTraces,
    operation_id="listPolicyFeedback",
)  # fmt: skip
async def traces(call: Call) -> schemas.PolicyTraces:
    """List insights with their responses."""
    asked = call.query
    found = await service.traces(call.context, theme=asked.theme, after=asked.after, limit=asked.limit)
    following = found[-1].insight.id if len(found) == asked.limit else ""
    return schemas.PolicyTraces([schemas.shown(one) for one in found], following)


@routes.get(
    "/policy-feedback/{recordId}", access=public(), answer=schemas.PolicyTrace, operation_id="readPolicyFeedback",
    errors=(UnknownRecord,),
)  # fmt: skip
async def trace(call: Call) -> schemas.PolicyTrace:
    """Follow one insight."""
    return schemas.shown(await service.trace(call.context, insight_id=call.path["recordId"]))
