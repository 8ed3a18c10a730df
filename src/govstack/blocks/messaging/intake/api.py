"""The published interface for sending and following messages, in the same shape for each channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
Body = Email | Sms | InApp


@dataclass(frozen=True, slots=True)
class Way:
    """A channel in this interface: its name in ids, its body, and the words about one message, many, and all."""

    channel: Channel
    name: str
    body: type[Body]
    one: str
    many: str
    all: str


WAYS = (
    Way(
        Channel.EMAIL, "Email", Email, "a message to one person", "the same message to many people",
        "the messages of a request",
    ),
    Way(Channel.SMS, "Sms", Sms, "a text to one phone", "the same text to many phones", "the texts of a request"),
    Way(
        Channel.IN_APP, "InApp", InApp, "a message that one person reads here", "a message that many people read here",
        "the messages of a request that people read here",
    ),
)  # fmt: skip


async def single(call: Call, body: Body) -> RequestAccepted:
    """Take in one message; with copies it still is one."""
    return await _send(call, body, Kind.SINGLE)


async def batch(call: Call, body: Body) -> RequestAccepted:
    """Take in a batch; a recipient that cannot be written to is counted as not sent."""
    return await _send(call, body, Kind.BATCH)


async def single_emergency(call: Call, body: Body) -> RequestAccepted:
    """Take in one emergency message."""
    return await _send(call, body, Kind.SINGLE, urgent=True)


async def batch_emergency(call: Call, body: Body) -> RequestAccepted:
    """Take in a batch of emergency messages."""
    return await _send(call, body, Kind.BATCH, urgent=True)


def _counting(channel: Channel) -> Callable[[Call], Awaitable[dict[str, int]]]:
    async def status(call: Call) -> dict[str, int]:
        """Return a number for each state that is asked for."""
        sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
        uid, labels = request_uid_of(call.headers), labels_of(call)
        by = senders.as_actor(sender)
        return counted(labels, await service.status(call.context, by=by, sender=sender, uid=uid, channel=channel))

    return status


async def _send(call: Call, body: Body, kind: Kind, *, urgent: bool = False) -> RequestAccepted:
    """Take in what a sender sends; both operations read both ways of naming recipients (MSG-D9)."""
    sender = await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
    submission = body.submission(kind, urgent=urgent)
    uid = await service.accept(call.context, by=senders.as_actor(sender), sender=sender, submission=submission)
    return RequestAccepted(RESPONSE, uid)


for _way in WAYS:
    for _lane, _named, _soon, _refusals, _of_one, _of_many in (
        ("", "", "", _REFUSALS, single, batch),
        (
            "/emergency", "Emergency", " before all others", (*_REFUSALS, NotUrgent), single_emergency,
            batch_emergency,
        ),
    ):  # fmt: skip
        routes.post(
            f"{_lane}/send/{_way.channel}/single", access=SENDER, body=_way.body, answer=RequestAccepted,
            headers=KEY_HEADERS, errors=_refusals, operation_id=f"sendSingle{_named}{_way.name}",
            summary=f"Send {_way.one}{_soon}",
        )(_of_one)  # fmt: skip
        routes.post(
            f"{_lane}/send/{_way.channel}/batch", access=SENDER, body=_way.body, answer=RequestAccepted,
            headers=KEY_HEADERS, errors=_refusals, operation_id=f"sendBatch{_named}{_way.name}",
            summary=f"Send {_way.many}{_soon}", body_bytes_max=BATCH_BODY_BYTES_MAX,
        )(_of_many)  # fmt: skip

for _way in WAYS:
    routes.get(
        f"/status/{_way.channel}", access=SENDER, query=StatusQuery, answer=dict[str, int], headers=REQUEST_HEADERS,
        errors=(BadRequest, UnknownKey, UnknownRequest), operation_id=f"get{_way.name}Status",
        summary=f"Count {_way.all} by where they stand",
    )(_counting(_way.channel))  # fmt: skip
