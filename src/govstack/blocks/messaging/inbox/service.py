"""Use cases of the inbox: what people of a sandbox received, for a day."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.inbox import store
from govstack.blocks.messaging.inbox.errors import UnknownMail
from govstack.blocks.messaging.inbox.model import KEPT, SHOWN_MAX, Mail, Phone, Received
from govstack.blocks.messaging.inbox.store import Sealed
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import NotFound

PURPOSE, BOX_PURPOSE = "inbox", "inbox-box"


async def keep(context: Context, *, message_id: str, mail: Mail, number: str = "") -> None:
    """Keep a mail, or a text to a number, for a day; one that comes again changes nothing."""
    box = context.keys.fingerprint(BOX_PURPOSE, number) if number else ""
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(mail), bound_to=message_id)
    async with context.database.transaction() as tx:
        await store.add(tx, message_id=message_id, box=box, sealed=sealed, at=clock.timestamp())


async def mails(context: Context, *, by: Actor, before: int = 0) -> list[Received]:
    """Return what people received, newest first; only administrators of a sandbox read other people's mail."""
    _refuse_outside_sandbox(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.mails(tx, before=before, since=_oldest(), limit=SHOWN_MAX)
    return [_opened(context, one) for one in found]


async def mail(context: Context, *, by: Actor, number: int) -> Received:
    """Return one mail; raises UnknownMail."""
    _refuse_outside_sandbox(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.mail(tx, number, since=_oldest())
    if found is None:
        raise UnknownMail
    return _opened(context, found)


async def phones(context: Context, *, by: Actor) -> list[Phone]:
    """Return the phones that got texts; only administrators of a sandbox read other people's."""
    _refuse_outside_sandbox(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.phones(tx, since=_oldest(), limit=SHOWN_MAX)
    return [Phone(one.box, _opened(context, one), one.texts) for one in found]


async def texts(context: Context, *, by: Actor, box: str) -> list[Received]:
    """Return the texts of one phone in the order in which they came; raises UnknownMail."""
    _refuse_outside_sandbox(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.texts(tx, box, since=_oldest(), limit=SHOWN_MAX) if box else []
    if not found:
        raise UnknownMail
    return [_opened(context, one) for one in reversed(found)]


async def tidy(context: Context, *, by: Actor) -> None:
    """Erase mails that are a day old."""
    async with context.database.transaction() as tx:
        await store.forget(tx, until=_oldest())


def _oldest() -> str:
    return clock.timestamp(clock.now() - KEPT)


def _refuse_outside_sandbox(context: Context, by: Actor) -> None:
    senders.require(by)
    if context.settings.profile != "sandbox":
        raise NotFound


def _opened(context: Context, found: Sealed) -> Received:
    plain = context.keys.open(PURPOSE, found.sealed, bound_to=found.id)
    return Received(found.number, found.received_at, msgspec.json.decode(plain, type=Mail))
