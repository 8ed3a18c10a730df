"""People read and erase their own messages, with a token of their own."""

from __future__ import annotations

from govstack.blocks.messaging.notices import service
from govstack.blocks.messaging.notices.errors import NotAPerson, UnknownMessage
from govstack.blocks.messaging.notices.schemas import Message, MessageHead, MessagesQuery, head_of, message_of
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("messages",))


@routes.get(
    "/messages", access=signed_in(), query=MessagesQuery, answer=list[MessageHead], errors=(NotAPerson,),
    operation_id="listOwnMessages", summary="List one's own messages, newest first",
)  # fmt: skip
async def messages(call: Call) -> list[MessageHead]:
    """Return a page of the messages of whoever calls."""
    found = await service.notices(call.context, by=call.actor, before=max(call.query.before, 0))
    return [head_of(one) for one in found]


@routes.get(
    "/messages/{messageUid}", access=signed_in(), answer=Message, errors=(NotAPerson, UnknownMessage),
    operation_id="readOwnMessage", summary="Read one of one's own messages",
)  # fmt: skip
async def message(call: Call) -> Message:
    """Return one message of whoever calls."""
    return message_of(await service.notice(call.context, by=call.actor, message_id=call.path["messageUid"]))


@routes.operation(
    "DELETE", "/messages/{messageUid}", access=signed_in(), status=204, errors=(NotAPerson,),
    operation_id="eraseOwnMessage", summary="Erase one of one's own messages for good",
)  # fmt: skip
async def erase(call: Call) -> None:
    """Erase one message of whoever calls; one that is not there is no fault."""
    await service.erase(call.context, by=call.actor, message_id=call.path["messageUid"])
