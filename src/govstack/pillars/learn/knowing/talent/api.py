"""The operations of the talent archive."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.knowing.talent import schemas, service
from govstack.pillars.learn.knowing.talent.errors import NoCard, UnknownWords
from govstack.pillars.learn.knowing.talent.model import Card, Wanted

routes = Routes(tags=("Talent archive",))


@routes.get(
    "/my/talent-card", access=signed_in(), answer=Card, operation_id="readMyTalentCard", errors=(NoCard,)
)  # fmt: skip
async def read(call: Call) -> Card:
    """Read one's own card."""
    return await service.mine(call.context, by=call.actor)


@routes.put(
    "/my/talent-card", access=signed_in(), body=Card, answer=Card, operation_id="putMyTalentCard",
    errors=(UnknownWords,),
)  # fmt: skip
async def put(call: Call, body: Card) -> Card:
    """Enter the archive, or change what one shows."""
    return await service.enter(call.context, by=call.actor, card=body)


@routes.delete("/my/talent-card", access=signed_in(), status=204, operation_id="removeMyTalentCard")
async def remove(call: Call) -> None:
    """Leave the archive."""
    await service.leave(call.context, by=call.actor)


@routes.post(
    "/talent/search", access=by_policy("learn:advise or learn:plan"), body=Wanted, answer=schemas.Experts,
    operation_id="searchExperts",
)  # fmt: skip
async def search(call: Call, body: Wanted) -> schemas.Experts:
    """Find experts; what was looked for is written down."""
    found = await service.search(call.context, by=call.actor, wanted=body)
    return schemas.Experts([schemas.expert(one) for one in found])
