"""The published operations by which administrators block and unblock."""

from __future__ import annotations

from govstack.blocks.identity.blocking import model, service
from govstack.blocks.identity.blocking.schemas import BlockAnswer, BlockRequest, answer
from govstack.blocks.identity.frame.schemas import wrapped_refusal_with_message
from govstack.blocks.identity.people.service import ADMINISTER
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("administration",))


@routes.post(
    "/block", access=needs(ADMINISTER), body=BlockRequest, answer=BlockAnswer, operation_id="identityBlock",
    error_body=wrapped_refusal_with_message,
)  # fmt: skip
async def block(call: Call, body: BlockRequest) -> BlockAnswer:
    """Block an identity, or one identifier of it, for good or until a moment."""
    body.check()
    asked = body.request
    model.check_status(asked.status, wanted=model.BLOCKED)
    found = await service.block(
        call.context, by=call.actor, identifier=asked.id, id_type=asked.id_type, until=asked.expiry_timestamp
    )
    return answer(found, body)


@routes.post(
    "/unblock", access=needs(ADMINISTER), body=BlockRequest, answer=BlockAnswer, operation_id="identityUnblock",
    error_body=wrapped_refusal_with_message,
)  # fmt: skip
async def unblock(call: Call, body: BlockRequest) -> BlockAnswer:
    """Let a blocked identity or identifier work again."""
    body.check()
    model.check_status(body.request.status, wanted=model.UNBLOCKED)
    found = await service.unblock(
        call.context, by=call.actor, identifier=body.request.id, id_type=body.request.id_type
    )  # fmt: skip
    return answer(found, body)
