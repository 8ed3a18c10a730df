"""Managing signing keys; the published key set stands with the tokens."""

from __future__ import annotations

from govstack.blocks.identity.keys import service
from govstack.blocks.identity.keys.schemas import RotatedKey
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("keys",))


@routes.post("/api/v1/keys/rotate", access=needs("identity:administer"), answer=RotatedKey, operation_id="keysRotate")
async def rotate(call: Call) -> RotatedKey:
    """Put a new signing key in the place of the present one, for when somebody else may know it."""
    return RotatedKey(await service.rotate(call.context, by=call.actor))
