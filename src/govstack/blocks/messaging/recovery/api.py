"""Sending again for senders, and more time for those who administer messaging."""

from __future__ import annotations

from govstack.blocks.messaging.intake.errors import MessageInvalid, QuotaUsed, SenderDiffers, UnknownRequest
from govstack.blocks.messaging.intake.model import Kind
from govstack.blocks.messaging.intake.schemas import (
    BATCH_BODY_BYTES_MAX,
    REQUEST_HEADERS,
    SENDER,
    Email,
    key_of,
    request_uid_of,
)
from govstack.blocks.messaging.recovery import service
from govstack.blocks.messaging.recovery.errors import EndInvalid, NothingUnderWay, RequestDiffers
from govstack.blocks.messaging.recovery.schemas import End, EndShape, Resent, shape
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import NotAdministrator, UnknownKey
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("recovery",))
_REFUSALS = (MessageInvalid, UnknownKey, UnknownRequest, RequestDiffers, SenderDiffers, QuotaUsed)


@routes.post(
    "/resend/email/single", access=SENDER, body=Email, answer=Resent, headers=REQUEST_HEADERS, errors=_REFUSALS,
    operation_id="resendSingleEmail",
    description="The body is the one that was sent under the id in requestUid: contacts and contents were deleted when "
    "the message failed, so only the sender can bring them again.",
)  # fmt: skip
async def resend_single(call: Call, body: Email) -> Resent:
    """Send a message again that failed for good."""
    return await _resend(call, body, Kind.SINGLE)


@routes.post(
    "/resend/email/batch", access=SENDER, body=Email, answer=Resent, headers=REQUEST_HEADERS, errors=_REFUSALS,
    operation_id="resendBatchEmail", body_bytes_max=BATCH_BODY_BYTES_MAX,
    description="The body is what was sent under the id in requestUid. Only what failed for good is sent again.",
)  # fmt: skip
async def resend_batch(call: Call, body: Email) -> Resent:
    """Send those messages of a batch again that failed for good."""
    return await _resend(call, body, Kind.BATCH)


@routes.put(
    "/requests/{requestUid}/end", access=signed_in(), body=End, answer=EndShape, operation_id="extendRequest",
    errors=(NotAdministrator, UnknownRequest, NothingUnderWay, EndInvalid),
)  # fmt: skip
async def extend(call: Call, body: End) -> EndShape:
    """Try the messages of a request until a later moment, at most seven days from when it was accepted."""
    if body.until.tzinfo is None:
        raise BadRequest("Send until with its time zone.", fields={"until": "must have a time zone, such as a final Z"})
    uid = call.path["requestUid"]
    return shape(await service.extend(call.context, by=call.actor, uid=uid, until=body.until))


async def _resend(call: Call, body: Email, kind: Kind) -> Resent:
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    uid, by = request_uid_of(call.headers), senders.as_actor(sender)
    count = await service.resend(call.context, by=by, sender=sender, uid=uid, submission=body.submission(kind))
    return Resent(uid, count)
