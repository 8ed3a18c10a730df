"""Wordings for senders: each writes its own, sees how they read, and sends by them."""

from __future__ import annotations

from govstack.blocks.messaging.intake.errors import MessageInvalid, QuotaUsed
from govstack.blocks.messaging.intake.schemas import KEY_HEADERS, RESPONSE, SENDER, callback_of, key_of
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownKey
from govstack.blocks.messaging.senders.model import Sender
from govstack.blocks.messaging.wording import service
from govstack.blocks.messaging.wording.errors import UnknownWording, ValuesInvalid, WordingChanged, WordingInvalid
from govstack.blocks.messaging.wording.schemas import (
    SaidShape,
    Values,
    WordingList,
    WordingRequest,
    WordingSend,
    WordingSent,
    WordingShape,
    WordingsQuery,
    listed,
    said_shape,
    shape,
)
from govstack.kernel.routing import Answer, Call, Routes

routes = Routes(tags=("wordings",))
WORDING = "/wordings/{name}"


@routes.get(
    "/wordings", access=SENDER, query=WordingsQuery, answer=WordingList, headers=KEY_HEADERS, errors=(UnknownKey,),
    operation_id="listWordings",
)  # fmt: skip
async def wordings(call: Call) -> WordingList:
    """List one's own wordings that are in use."""
    sender, before = await _sender(call), max(call.query.before, 0)
    by = senders.as_actor(sender)
    return listed(await service.wordings(call.context, by=by, sender_id=sender.id, before=before))


@routes.get(
    WORDING, access=SENDER, answer=WordingShape, headers=KEY_HEADERS, errors=(UnknownKey, UnknownWording),
    operation_id="getWording",
)  # fmt: skip
async def wording(call: Call) -> WordingShape:
    """Return a wording as it is in use."""
    sender = await _sender(call)
    by, name = senders.as_actor(sender), call.path["name"]
    return shape(await service.wording(call.context, by=by, sender_id=sender.id, name=name))


@routes.put(
    WORDING, access=SENDER, body=WordingRequest, answer=WordingShape, answers={201: WordingShape}, headers=KEY_HEADERS,
    errors=(UnknownKey, WordingInvalid, WordingChanged), operation_id="putWording",
)  # fmt: skip
async def put(call: Call, body: WordingRequest) -> Answer:
    """Write the next version of a wording; the same again makes none."""
    sender = await _sender(call)
    by, name = senders.as_actor(sender), call.path["name"]
    found, is_new = await service.put(call.context, by=by, sender_id=sender.id, name=name, draft=body.draft)
    return Answer(shape(found), status=201 if is_new else 200)


@routes.delete(
    WORDING, access=SENDER, status=204, headers=KEY_HEADERS, errors=(UnknownKey, UnknownWording, WordingChanged),
    operation_id="retireWording",
)  # fmt: skip
async def retire(call: Call) -> None:
    """Take a wording out of use; its versions stay on record."""
    sender = await _sender(call)
    await service.retire(call.context, by=senders.as_actor(sender), sender_id=sender.id, name=call.path["name"])


@routes.post(
    WORDING + "/preview", access=SENDER, body=Values, answer=SaidShape, headers=KEY_HEADERS,
    errors=(UnknownKey, UnknownWording, ValuesInvalid), operation_id="previewWording",
)  # fmt: skip
async def preview(call: Call, body: Values) -> SaidShape:
    """Return how a wording reads with values, without sending it."""
    sender = await _sender(call)
    by, name = senders.as_actor(sender), call.path["name"]
    said = await service.preview(
        call.context, by=by, sender_id=sender.id, name=name, language=body.language, values=body.values
    )
    return said_shape(said)


@routes.post(
    WORDING + "/send", access=SENDER, body=WordingSend, answer=WordingSent, headers=KEY_HEADERS,
    errors=(UnknownKey, UnknownWording, ValuesInvalid, MessageInvalid, QuotaUsed), operation_id="sendWording",
)  # fmt: skip
async def send(call: Call, body: WordingSend) -> WordingSent:
    """Send somebody a wording in their language, or in its fallback where that is missing."""
    sender = await _sender(call)
    uid, said = await service.send(
        call.context,
        by=senders.as_actor(sender),
        sender=sender,
        name=call.path["name"],
        language=body.language,
        values=body.values,
        entry=body.recipient_info.entry,
        callback=callback_of(body.callback),
        channel=body.channel,
    )
    return WordingSent(RESPONSE, uid, said.version, said.language)


async def _sender(call: Call) -> Sender:
    return await senders.prove(call.context, by=call.actor, key=key_of(call.headers))
