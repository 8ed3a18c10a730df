"""The inbox of a sandbox: what people received, for its administrators."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.inbox import service
from govstack.blocks.messaging.inbox.errors import UnknownMail
from govstack.blocks.messaging.inbox.model import SHOWN_MAX, Phone, Received, left_to_right
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.kernel.wire import QUERY_NUMBER_MAX
from govstack.web.answers import Page

routes = Routes(tags=("inbox pages",))
BOX_CHARACTERS_MAX = 64


class InboxQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


@routes.page("/inbox", access=signed_in(), query=InboxQuery, operation_id="inboxPage")
async def inbox(call: Call) -> Page:
    """List what people of the sandbox received."""
    found = await service.mails(call.context, by=call.actor, before=max(call.query.before, 0))
    phones = [] if call.query.before else await service.phones(call.context, by=call.actor)
    values = {
        "rows": [_row(one) for one in found],
        "phones": [_phone_row(Words(call.language), one) for one in phones],
        "first_href": "/inbox" if call.query.before else "",
        "next_href": f"/inbox?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "inbox", "inbox.html", values)


@routes.page("/inbox/{number}", access=signed_in(), operation_id="inboxMailPage")
async def mail(call: Call) -> Page:
    """Show one mail as its receiver sees it."""
    text = call.path["number"]
    if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) > QUERY_NUMBER_MAX:
        raise UnknownMail
    found = await service.mail(call.context, by=call.actor, number=int(text))
    return framed(call, "inbox", "inbox_mail.html", {"received": found, "mail": found.mail})


@routes.page("/inbox/phones/{box}", access=signed_in(), operation_id="inboxPhonePage")
async def phone(call: Call) -> Page:
    """Show a phone with its texts."""
    found = await service.texts(call.context, by=call.actor, box=call.path["box"][:BOX_CHARACTERS_MAX])
    return framed(call, "inbox", "inbox_phone.html", {"number": left_to_right(found[0]), "texts": found})


def _phone_row(words: Words, one: Phone) -> tuple[object, ...]:
    mail = one.latest.mail
    return (
        {"text": left_to_right(one.latest), "href": f"/inbox/phones/{one.box}"},
        mail.sender,
        words.number(one.texts),
        {"moment": one.latest.received_at},
    )


def _row(one: Received) -> tuple[object, ...]:
    mail = one.mail
    title = mail.title or "…"
    return (
        {"text": title, "href": f"/inbox/{one.number}"},
        mail.recipients[0],
        mail.sender,
        {"moment": one.received_at},
    )
