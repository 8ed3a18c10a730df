"""The operations that recommend what to take."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.response.recommending import schemas, service

routes = Routes(tags=("Recommendations",))


@routes.post(
    "/recommendations", access=signed_in(), body=schemas.AdviceAsked, answer=schemas.AdviceTold,
    operation_id="recommend",
)  # fmt: skip
async def recommend(call: Call, body: schemas.AdviceAsked) -> schemas.AdviceTold:
    """Find what closes gaps; the same question has the same answer, and every step says why. Nothing is kept."""
    advice, found = await service.advice(
        call.context, wishes=body.wishes(), limits=body.limits(), completed=body.completed
    )
    return schemas.told(advice, {one.id: one.languages for one in found.values()})
