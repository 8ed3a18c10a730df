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
from govstack.blocks.messaging.intake.model import Channel, Kind
from govstack.blocks.messaging.intake.schemas import (
    BATCH_BODY_BYTES_MAX,
    KEY_HEADERS,
    REQUEST_HEADERS,
    RESPONSE,
    SENDER,
    Email,
    InApp,
    RequestAccepted,
    Sms,
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


@routes.post(
    "/send/sms/single", access=SENDER, body=Sms, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendSingleSms", summary="Send a text to one phone",
)  # fmt: skip
async def send_single_text(call: Call, body: Sms) -> RequestAccepted:
    """Take in one text."""
    return await send(call, body, Kind.SINGLE)


@routes.post(
    "/send/sms/batch", access=SENDER, body=Sms, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendBatchSms", summary="Send the same text to many phones", body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_text_batch(call: Call, body: Sms) -> RequestAccepted:
    """Take in a batch of texts; a number that cannot be written to is counted as not sent."""
    return await send(call, body, Kind.BATCH)


@routes.post(
    "/emergency/send/sms/single", access=SENDER, body=Sms, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendSingleEmergencySms",
    summary="Send a text to one phone before all others",
)  # fmt: skip
async def send_single_emergency_text(call: Call, body: Sms) -> RequestAccepted:
    """Take in one emergency text."""
    return await send(call, body, Kind.SINGLE, urgent=True)


@routes.post(
    "/emergency/send/sms/batch", access=SENDER, body=Sms, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendBatchEmergencySms",
    summary="Send the same text to many phones before all others", body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_emergency_text_batch(call: Call, body: Sms) -> RequestAccepted:
    """Take in a batch of emergency texts."""
    return await send(call, body, Kind.BATCH, urgent=True)


@routes.post(
    "/send/in-app/single", access=SENDER, body=InApp, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendSingleInApp", summary="Send a message that one person reads here",
)  # fmt: skip
async def send_single_notice(call: Call, body: InApp) -> RequestAccepted:
    """Take in one message for a person of this instance."""
    return await send(call, body, Kind.SINGLE)


@routes.post(
    "/send/in-app/batch", access=SENDER, body=InApp, answer=RequestAccepted, headers=KEY_HEADERS, errors=_REFUSALS,
    operation_id="sendBatchInApp", summary="Send a message that many people read here",
    body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_notice_batch(call: Call, body: InApp) -> RequestAccepted:
    """Take in a batch of messages for people of this instance."""
    return await send(call, body, Kind.BATCH)


@routes.post(
    "/emergency/send/in-app/single", access=SENDER, body=InApp, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendSingleEmergencyInApp",
    summary="Send a message that one person reads here before all others",
)  # fmt: skip
async def send_single_emergency_notice(call: Call, body: InApp) -> RequestAccepted:
    """Take in one emergency message for a person of this instance."""
    return await send(call, body, Kind.SINGLE, urgent=True)


@routes.post(
    "/emergency/send/in-app/batch", access=SENDER, body=InApp, answer=RequestAccepted, headers=KEY_HEADERS,
    errors=(*_REFUSALS, NotUrgent), operation_id="sendBatchEmergencyInApp",
    summary="Send a message that many people read here before all others", body_bytes_max=BATCH_BODY_BYTES_MAX,
)  # fmt: skip
async def send_emergency_notice_batch(call: Call, body: InApp) -> RequestAccepted:
    """Take in a batch of emergency messages for people of this instance."""
    return await send(call, body, Kind.BATCH, urgent=True)


@routes.get(
    "/status/email", access=SENDER, query=StatusQuery, answer=dict[str, int], headers=REQUEST_HEADERS,
    errors=(BadRequest, UnknownKey, UnknownRequest), operation_id="getEmailStatus",
    summary="Count the messages of a request by where they stand",
)  # fmt: skip
async def status(call: Call) -> dict[str, int]:
    """Return a number for each state that is asked for."""
    return await count(call, Channel.EMAIL)


@routes.get(
    "/status/sms", access=SENDER, query=StatusQuery, answer=dict[str, int], headers=REQUEST_HEADERS,
    errors=(BadRequest, UnknownKey, UnknownRequest), operation_id="getSmsStatus",
    summary="Count the texts of a request by where they stand",
)  # fmt: skip
async def text_status(call: Call) -> dict[str, int]:
    """Return a number for each state that is asked for."""
    return await count(call, Channel.SMS)


@routes.get(
    "/status/in-app", access=SENDER, query=StatusQuery, answer=dict[str, int], headers=REQUEST_HEADERS,
    errors=(BadRequest, UnknownKey, UnknownRequest), operation_id="getInAppStatus",
    summary="Count the messages of a request that people read here by where they stand",
)  # fmt: skip
async def notice_status(call: Call) -> dict[str, int]:
    """Return a number for each state that is asked for."""
    return await count(call, Channel.IN_APP)


async def count(call: Call, channel: Channel) -> dict[str, int]:
    """Return a number for each state that is asked for, of a request by this channel."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    uid, labels = request_uid_of(call.headers), labels_of(call)
    counts = await service.status(call.context, by=senders.as_actor(sender), sender=sender, uid=uid, channel=channel)
    return counted(labels, counts)


async def send(call: Call, body: Email | Sms | InApp, kind: Kind, *, urgent: bool = False) -> RequestAccepted:
    """Take in what a sender sends; both operations read both ways of naming recipients (MSG-D9)."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    submission = body.submission(kind, urgent=urgent)
    uid = await service.accept(call.context, by=senders.as_actor(sender), sender=sender, submission=submission)
    return RequestAccepted(RESPONSE, uid)
