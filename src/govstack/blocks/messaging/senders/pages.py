"""Senders for administrators: list, register, change, give and revoke keys, close."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.senders import presenters, service
from govstack.blocks.messaging.senders.errors import ApplicationTaken, UnknownKeyOfSender
from govstack.blocks.messaging.senders.model import Key, Sender, State, Wish
from govstack.blocks.messaging.senders.presenters import Words, framed, kept, step
from govstack.blocks.messaging.senders.service import ADMINISTER, Made
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sender pages",))
SENDER = "/senders/{senderId}"
KEY = SENDER + "/keys/{keyId}/revoke"


class SendersQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    after: str = ""
    lang: str = ""


@routes.page("/senders", access=signed_in(), query=SendersQuery, operation_id="sendersPage")
async def senders(call: Call) -> Page:
    """List who may send."""
    found = await service.senders(call.context, by=call.actor, after=call.query.after, limit=service.LISTED_MAX)
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "first_href": "/senders" if call.query.after else "",
        "next_href": f"/senders?after={found[-1].id}" if len(found) == service.LISTED_MAX else "",
        "manages": call.actor.may(ADMINISTER),
    }
    return framed(call, "senders", "senders.html", values)


@routes.page("/senders/new", access=signed_in(), operation_id="newSenderPage")
async def ask_new(call: Call) -> Page:
    """Ask for the data of a new sender."""
    service.require(call.actor)
    return _form_page(call, presenters.as_form(Wish("", "")), {}, sender=None)


@routes.form("/senders/new", access=signed_in(), operation_id="newSenderForm")
async def register(call: Call) -> Page:
    """Check a new sender, show it, register it, and show its key once."""
    service.require(call.actor)
    wish, shown = _checked(call, sender=None)
    if wish is None or shown is not None:
        return shown or _form_page(call, kept(call), {}, sender=None)
    try:
        made = await service.register(call.context, by=call.actor, wish=wish)
    except ApplicationTaken as problem:
        return _form_page(call, kept(call), {"application": problem.title}, sender=None)
    return _key_page(call, made, _("The sender was registered"))


@routes.page(SENDER, access=signed_in(), operation_id="senderPage")
async def sender(call: Call) -> Page:
    """Show a sender and its keys."""
    found, keys = await _found(call)
    words, manages = Words(call.language), call.actor.may(ADMINISTER)
    values = {
        "sender": found,
        "facts": presenters.summary(words, found),
        "state": presenters.state(words, found),
        "keys": presenters.key_rows(words, found, keys, manages=manages and found.state is State.ACTIVE),
        "manages": manages and found.state is State.ACTIVE,
    }
    return framed(call, "senders", "sender.html", values)


@routes.page(SENDER + "/change", access=signed_in(), operation_id="changeSenderPage")
async def ask_change(call: Call) -> Page:
    """Show a sender for changing."""
    service.require(call.actor)
    found, _keys = await _found(call)
    return _form_page(call, presenters.as_form(found), {}, sender=found)


@routes.form(SENDER + "/change", access=signed_in(), operation_id="changeSenderForm")
async def change(call: Call) -> Page | Redirect:
    """Check a changed sender, show it, and write it."""
    service.require(call.actor)
    found, _keys = await _found(call)
    wish, shown = _checked(call, sender=found)
    if wish is None or shown is not None:
        return shown or _form_page(call, kept(call), {}, sender=found)
    try:
        await service.change(call.context, by=call.actor, sender_id=found.id, wish=wish)
    except ApplicationTaken as problem:
        return _form_page(call, kept(call), {"application": problem.title}, sender=found)
    return Redirect(f"/senders/{found.id}", notice=Words(call.language)(_("The sender was changed.")))


@routes.page(SENDER + "/keys/new", access=signed_in(), operation_id="newKeyPage")
async def ask_key(call: Call) -> Page:
    """Ask whether a sender shall get another key."""
    service.require(call.actor)
    found, _keys = await _found(call)
    return framed(call, "senders", "sender_key_new.html", {"sender": found})


@routes.form(SENDER + "/keys/new", access=signed_in(), operation_id="newKeyForm")
async def give_key(call: Call) -> Page:
    """Give a sender another key, and show it once."""
    made = await service.new_key(call.context, by=call.actor, sender_id=call.path["senderId"])
    return _key_page(call, made, _("The key was made"))


@routes.page(KEY, access=signed_in(), operation_id="revokeKeyPage")
async def ask_revoke(call: Call) -> Page:
    """Ask whether a key shall be revoked."""
    service.require(call.actor)
    found, keys = await _found(call)
    if call.path["keyId"] not in {key.id for key in keys}:
        raise UnknownKeyOfSender
    values = {"sender": found, "key_id": call.path["keyId"]}
    return framed(call, "senders", "sender_key_revoke.html", values)


@routes.form(KEY, access=signed_in(), operation_id="revokeKeyForm")
async def revoke(call: Call) -> Redirect:
    """Revoke a key."""
    sender_id = call.path["senderId"]
    await service.revoke_key(call.context, by=call.actor, sender_id=sender_id, key_id=call.path["keyId"])
    return Redirect(f"/senders/{sender_id}", notice=Words(call.language)(_("The key was revoked.")))


@routes.page(SENDER + "/close", access=signed_in(), operation_id="closeSenderPage")
async def ask_close(call: Call) -> Page:
    """Ask whether a sender shall send no more."""
    service.require(call.actor)
    found, _keys = await _found(call)
    return framed(call, "senders", "sender_close.html", {"sender": found})


@routes.form(SENDER + "/close", access=signed_in(), operation_id="closeSenderForm")
async def close(call: Call) -> Redirect:
    """Close a sender."""
    await service.close(call.context, by=call.actor, sender_id=call.path["senderId"])
    notice = Words(call.language)(_("The sender was closed."))
    return Redirect(f"/senders/{call.path['senderId']}", notice=notice)


async def _found(call: Call) -> tuple[Sender, list[Key]]:
    return await service.sender(call.context, by=call.actor, sender_id=call.path["senderId"])


def _checked(call: Call, *, sender: Sender | None) -> tuple[Wish | None, Page | None]:
    """Return what to write, or the page that comes before that: the form again, or its answers to be checked."""
    words, values = Words(call.language), kept(call)
    wish, errors = presenters.read(words, values)
    if step(call) == "edit" or wish is None:
        return None, _form_page(call, values, errors if step(call) != "edit" else {}, sender=sender)
    if step(call) == "send":
        return wish, None
    shown = {"sender": sender, "values": values, "facts": presenters.summary(words, wish), "action": _action(sender)}
    return None, framed(call, "senders", "sender_check.html", shown)


def _action(sender: Sender | None) -> str:
    return f"/senders/{sender.id}/change" if sender else "/senders/new"


def _form_page(call: Call, values: dict[str, str], errors: dict[str, str], *, sender: Sender | None) -> Page:
    shown: dict[str, object] = {"sender": sender, "values": values, "errors": errors, "action": _action(sender)}
    shown |= {"texts": presenters.TEXTS, "numbers": presenters.NUMBERS}
    return framed(call, "senders", "sender_form.html", shown, status=400 if errors else 200)


def _key_page(call: Call, made: Made, title: str) -> Page:
    return framed(call, "senders", "sender_key.html", {"sender": made.sender, "key": made.key, "said": title})
