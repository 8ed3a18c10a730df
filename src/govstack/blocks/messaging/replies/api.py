"""The published operation that takes in answers of people."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.intake.errors import MessageInvalid, UnknownRequest
from govstack.blocks.messaging.intake.schemas import REQUEST_HEADERS, SENDER, key_of, request_uid_of
from govstack.blocks.messaging.replies import service
from govstack.blocks.messaging.replies.errors import ReplyInvalid
from govstack.blocks.messaging.replies.schemas import CallbackContent
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownKey
from govstack.kernel.routing import Call, Routes

routes = Routes(tags=("callback",))


@routes.post(
    "/callback/email", access=SENDER, body=CallbackContent, answer=dict[str, str], headers=REQUEST_HEADERS,
    errors=(ReplyInvalid, MessageInvalid, UnknownKey, UnknownRequest), operation_id="callbackEmail",
    summary="Pass an answer on to the sender's callback address",
)  # fmt: skip
async def callback(call: Call, body: CallbackContent) -> dict[str, str]:
    """Take in an answer; it is passed on and not kept."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    told, uid = msgspec.json.encode(body.checked), request_uid_of(call.headers)
    by = senders.as_actor(sender)
    await service.receive(call.context, by=by, sender=sender, uid=uid, body=told, content=body.raw)
    return {}
