"""People's own messages: the list, one message, and erasing it."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.notices import service
from govstack.blocks.messaging.notices.model import SHOWN_MAX, Kept
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("message pages",))
MESSAGE = "/messages/{messageUid}"


class OwnMessagesQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


@routes.page("/messages", access=signed_in(), query=OwnMessagesQuery, operation_id="ownMessagesPage")
async def messages(call: Call) -> Page:
    """List one's own messages."""
    found = await service.notices(call.context, by=call.actor, before=max(call.query.before, 0))
    words = Words(call.language)
    values = {
        "rows": [_row(words, one) for one in found],
        "days": call.context.settings.number(service.DAYS),
        "first_href": "/messages" if call.query.before else "",
        "next_href": f"/messages?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "messages", "messages.html", values)


@routes.page(MESSAGE, access=signed_in(), operation_id="ownMessagePage")
async def message(call: Call) -> Page:
    """Show one message."""
    found = await service.notice(call.context, by=call.actor, message_id=call.path["messageUid"])
    return framed(call, "messages", "message.html", {"kept": found, "notice": found.notice})


@routes.page(MESSAGE + "/erase", access=signed_in(), operation_id="eraseMessagePage")
async def ask_erase(call: Call) -> Page:
    """Ask whether a message shall be erased."""
    found = await service.notice(call.context, by=call.actor, message_id=call.path["messageUid"])
    return framed(call, "messages", "message_erase.html", {"kept": found, "notice": found.notice})


@routes.form(MESSAGE + "/erase", access=signed_in(), operation_id="eraseMessageForm")
async def erase(call: Call) -> Redirect:
    """Erase a message."""
    await service.erase(call.context, by=call.actor, message_id=call.path["messageUid"])
    return Redirect("/messages", notice=Words(call.language)(_("The message was erased.")))


def _row(words: Words, one: Kept) -> tuple[object, ...]:
    title = one.notice.title or words(_("Message without a title"))
    return {"text": title, "href": f"/messages/{one.id}"}, one.notice.sender, {"moment": one.received_at}
