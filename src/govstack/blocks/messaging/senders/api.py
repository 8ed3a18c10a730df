"""Administering senders by other systems: what the pages do, by calls that can be repeated."""

from __future__ import annotations

from govstack.blocks.messaging.senders import service
from govstack.blocks.messaging.senders.errors import (
    ApplicationTaken,
    KeyTaken,
    NotAdministrator,
    SenderClosed,
    SenderInvalid,
    UnknownSender,
)
from govstack.blocks.messaging.senders.schemas import (
    KeyGiven,
    SenderDetails,
    SenderList,
    SenderListQuery,
    SenderRequest,
    SenderShape,
    details,
    listed,
    named,
    shape,
)
from govstack.kernel.routing import Answer, Call, Routes, signed_in

routes = Routes(tags=("senders",))
SENDER = "/senders/{senderId}"
KEY = SENDER + "/keys/{keyId}"


@routes.get("/senders", access=signed_in(), query=SenderListQuery, answer=SenderList, operation_id="listSenders",
            errors=(NotAdministrator,))  # fmt: skip
async def list_senders(call: Call) -> SenderList:
    """List who may send."""
    return listed(await service.senders(call.context, by=call.actor, after=call.query.after))


@routes.get(SENDER, access=signed_in(), answer=SenderDetails, operation_id="getSender",
            errors=(NotAdministrator, UnknownSender))  # fmt: skip
async def get_sender(call: Call) -> SenderDetails:
    """Return a sender and which keys it has."""
    return details(*await service.sender(call.context, by=call.actor, sender_id=call.path["senderId"]))


@routes.put(
    SENDER, access=signed_in(), body=SenderRequest, answer=SenderShape, answers={201: SenderShape},
    operation_id="putSender", errors=(NotAdministrator, SenderInvalid, SenderClosed, ApplicationTaken),
    description="The id is the caller's: letters, digits, dots, underscores and hyphens, 64 at most. "
    "The same call again changes nothing.",
)  # fmt: skip
async def put_sender(call: Call, body: SenderRequest) -> Answer:
    """Register a sender under an id, or change it; it has no key until one is made."""
    sender_id = call.path["senderId"]
    try:
        sender, is_new = await service.put(call.context, by=call.actor, sender_id=sender_id, wish=body.wish)
    except SenderInvalid as problem:
        raise SenderInvalid(problem.detail, fields=named(problem.fields)) from problem
    return Answer(shape(sender), status=201 if is_new else 200)


@routes.delete(SENDER, access=signed_in(), status=204, operation_id="closeSender",
               errors=(NotAdministrator, UnknownSender))  # fmt: skip
async def close_sender(call: Call) -> None:
    """Let a sender send no more; what it sent before is still brought to its end."""
    await service.close(call.context, by=call.actor, sender_id=call.path["senderId"])


@routes.put(
    KEY, access=signed_in(), answer=KeyGiven, answers={201: KeyGiven}, operation_id="putSenderKey",
    errors=(NotAdministrator, UnknownSender, SenderClosed, SenderInvalid, KeyTaken),
    description="Whoever lost the answer revokes this key and makes one under another id.",
)  # fmt: skip
async def put_key(call: Call) -> Answer:
    """Make a key under an id that the caller chooses; the key itself is in the first answer alone."""
    sender_id, key_id = call.path["senderId"], call.path["keyId"]
    made = await service.put_key(call.context, by=call.actor, sender_id=sender_id, key_id=key_id)
    return Answer(KeyGiven(key_id, sender_id, made), status=201 if made else 200)


@routes.delete(KEY, access=signed_in(), status=204, operation_id="revokeSenderKey",
               errors=(NotAdministrator, UnknownSender))  # fmt: skip
async def revoke_key(call: Call) -> None:
    """Revoke a key at once; repeating it changes nothing."""
    sender_id, key_id = call.path["senderId"], call.path["keyId"]
    await service.revoke_key(call.context, by=call.actor, sender_id=sender_id, key_id=key_id)
