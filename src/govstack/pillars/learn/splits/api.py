"""The operations on what people say of themselves."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.splits import schemas, service
from govstack.pillars.learn.splits.errors import NotAsked
from govstack.pillars.learn.splits.model import SelfDescription

routes = Routes(tags=("Self-description",))


@routes.get(
    "/my/self-description", access=signed_in(), answer=schemas.SelfDescriptionShown,
    operation_id="readMySelfDescription",
)  # fmt: skip
async def read(call: Call) -> schemas.SelfDescriptionShown:
    """Read what one said of oneself, and what this country asks."""
    said = await service.mine(call.context, by=call.actor)
    return schemas.SelfDescriptionShown(list(service.asked(call.context)), said)


@routes.put(
    "/my/self-description", access=signed_in(), body=SelfDescription, answer=schemas.SelfDescriptionShown,
    operation_id="putMySelfDescription", errors=(NotAsked,),
)  # fmt: skip
async def put(call: Call, body: SelfDescription) -> schemas.SelfDescriptionShown:
    """Say of oneself what is asked, as codes of age-band, disability and area-kind; "" says nothing."""
    said = await service.say(call.context, by=call.actor, said=body)
    return schemas.SelfDescriptionShown(list(service.asked(call.context)), said)
