"""Sending and asking as published clients do: with and without /v1, and one status code for every fault."""

from __future__ import annotations

from govstack.blocks.messaging.intake import service
from govstack.blocks.messaging.intake.errors import InvalidInput
from govstack.blocks.messaging.intake.model import Kind
from govstack.blocks.messaging.intake.schemas import (
    BATCH_BODY_BYTES_MAX,
    KEY_HEADERS,
    REQUEST_HEADERS,
    RESPONSE,
    SENDER,
    DialectAccepted,
    Email,
    StatusQuery,
    body_of,
    counted,
    key_of,
    labels_of,
    request_uid_of,
    strictly,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel.routing import Call, Routes

routes = Routes(face="dialect", tags=("messaging",))
PREFIXES = {"": "", "/v1": "Versioned"}


async def _send(call: Call, kind: Kind) -> DialectAccepted:
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    submission = body_of(call, Email).submission(kind)
    uid = await service.accept(call.context, by=senders.as_actor(sender), sender=sender, submission=submission)
    return DialectAccepted(RESPONSE, uid, uid)


async def _count(call: Call) -> dict[str, int]:
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    uid, labels = request_uid_of(call.headers), labels_of(call)
    counts = await service.status(call.context, by=senders.as_actor(sender), sender=sender, uid=uid)
    return counted(labels, counts)


async def _wrong_method(_: Call) -> None:
    raise InvalidInput(headers={"Allow": "GET"})


async def single(call: Call) -> DialectAccepted:
    """Take in one message."""
    return await strictly("POST", _send(call, Kind.SINGLE))


async def batch(call: Call) -> DialectAccepted:
    """Take in a batch."""
    return await strictly("POST", _send(call, Kind.BATCH))


async def status(call: Call) -> dict[str, int]:
    """Count the messages of a request."""
    return await strictly("GET", _count(call))


for _prefix, _suffix in PREFIXES.items():
    for _path, _handler, _name, _most in (
        ("/send/email/single", single, "sendSingleEmailAsClientsDo", None),
        ("/send/email/batch", batch, "sendBatchEmailAsClientsDo", BATCH_BODY_BYTES_MAX),
    ):
        routes.post(
            _prefix + _path, access=SENDER, answer=DialectAccepted, headers=KEY_HEADERS, errors=(InvalidInput,),
            operation_id=_name + _suffix, summary="Send as published clients do", body_bytes_max=_most,
        )(_handler)  # fmt: skip
    routes.get(
        f"{_prefix}/status/email", access=SENDER, query=StatusQuery, answer=dict[str, int],
        headers=REQUEST_HEADERS, errors=(InvalidInput,), operation_id=f"getEmailStatusAsClientsDo{_suffix}",
        summary="Count as published clients ask",
    )(status)  # fmt: skip
    for _method in ("POST", "PUT", "PATCH", "DELETE"):
        # The kernel would name HEAD beside GET, which these clients do not expect (MSG-D6).
        routes.operation(
            _method, f"{_prefix}/status/email", access=SENDER, errors=(InvalidInput,), hidden=True,
            operation_id=f"wrong{_method.title()}OfStatus{_suffix}", summary="Refuse a wrong method",
        )(_wrong_method)  # fmt: skip
