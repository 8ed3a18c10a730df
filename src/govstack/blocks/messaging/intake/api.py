"""The published interface for sending and following messages."""

from __future__ import annotations

from govstack.blocks.messaging.intake import service
from govstack.blocks.messaging.intake.errors import (
    MessageInvalid,
    NotUrgent,
    QuotaUsed,
    SenderDiffers,
    UnknownRequest,
)
from govstack.blocks.messaging.intake.model import Kind
from govstack.blocks.messaging.intake.schemas import (
    BATCH_BODY_BYTES_MAX,
    KEY_HEADERS,
    REQUEST_HEADERS,
    RESPONSE,
    SENDER,
    Email,
    RequestAccepted,
    StatusQuery,
    counted,
    key_of,
    labels_of,
    request_uid_of,
)
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownKey
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Call, Routes

routes = Routes(tags=("messaging",))
_REFUSALS = (MessageInvalid, UnknownKey, SenderDiffers, QuotaUsed)


@routes.post(
    "/send/email/single", access=SENDER, body=Email, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendSingleEmail", summary="Send a message to one person",
)  # fmt: skip
async def send_single(call: Call, body: Email) -> RequestAccepted:
    """Take in one message; with copies it still is one."""
    return await send(call, body, Kind.SINGLE)


@routes.post(
    "/send/email/batch", access=SENDER, body=Email, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendBatchEmail", summary="Send the same message to many people",
    body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_batch(call: Call, body: Email) -> RequestAccepted:
    """Take in a batch; a recipient that cannot be written to is counted as not sent."""
    return await send(call, body, Kind.BATCH)


@routes.post(
    "/emergency/send/email/single", access=SENDER, body=Email, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendSingleEmergencyEmail",
    summary="Send a message to one person before all others",
)  # fmt: skip
async def send_single_emergency(call: Call, body: Email) -> RequestAccepted:
    """Take in one emergency message."""
    return await send(call, body, Kind.SINGLE, urgent=True)


@routes.post(
    "/emergency/send/email/batch", access=SENDER, body=Email, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendBatchEmergencyEmail",
    summary="Send the same message to many people before all others", body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_batch_emergency(call: Call, body: Email) -> RequestAccepted:
    """Take in a batch of emergency messages."""
    return await send(call, body, Kind.BATCH, urgent=True)


@routes.get(
    "/status/email", access=SENDER, query=StatusQuery, answer=dict[str, int], headers=REQUEST_HEADERS,
    errors=(BadRequest, UnknownKey, UnknownRequest), operation_id="getEmailStatus",
    summary="Count the messages of a request by where they stand",
)  # fmt: skip
async def status(call: Call) -> dict[str, int]:
    """Return a number for each state that is asked for."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    uid, labels = request_uid_of(call.headers), labels_of(call)
    counts = await service.status(call.context, by=senders.as_actor(sender), sender=sender, uid=uid)
    return counted(labels, counts)


async def send(call: Call, body: Email, kind: Kind, *, urgent: bool = False) -> RequestAccepted:
    """Take in what a sender sends; both operations read both ways of naming recipients (MSG-D9)."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    submission = body.submission(kind, urgent=urgent)
    uid = await service.accept(call.context, by=senders.as_actor(sender), sender=sender, submission=submission)
    return RequestAccepted(RESPONSE, uid)
