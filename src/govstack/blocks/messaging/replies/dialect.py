"""Taking in answers as published clients send them: with and without /v1, and one status code for every fault."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.intake.errors import InvalidInput
from govstack.blocks.messaging.intake.schemas import (
    REQUEST_HEADERS,
    SENDER,
    body_of,
    key_of,
    request_uid_of,
    strictly,
)
from govstack.blocks.messaging.replies import service
from govstack.blocks.messaging.replies.schemas import CallbackContent
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel.routing import Call, Routes

routes = Routes(face="dialect", tags=("callback",))
PREFIXES = {"": "", "/v1": "Versioned"}


async def _receive(call: Call) -> dict[str, str]:
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    answer: CallbackContent = body_of(call, CallbackContent).checked
    uid, by, told = request_uid_of(call.headers), senders.as_actor(sender), msgspec.json.encode(answer)
    await service.receive(call.context, by=by, sender=sender, uid=uid, body=told, content=answer.raw)
    return {}


async def callback(call: Call) -> dict[str, str]:
    """Take in an answer."""
    return await strictly("POST", _receive(call))


for _prefix, _suffix in PREFIXES.items():
    routes.post(
        f"{_prefix}/callback/email", access=SENDER, answer=dict[str, str], headers=REQUEST_HEADERS,
        errors=(InvalidInput,), operation_id=f"callbackEmailAsClientsDo{_suffix}",
        summary="Pass an answer on as published clients ask",
    )(callback)  # fmt: skip
