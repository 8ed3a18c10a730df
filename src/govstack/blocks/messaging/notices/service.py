"""Use cases of people's own messages: keep one for them, let them read and erase it, forget it after its days."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from govstack.blocks.messaging.notices import store
from govstack.blocks.messaging.notices.errors import NotAPerson, UnknownMessage
from govstack.blocks.messaging.notices.model import SHOWN_MAX, Delivery, Kept, Notice, person_of
from govstack.blocks.messaging.notices.store import Sealed
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unauthenticated
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

PURPOSE, PERSON_PURPOSE = "notice", "person"
DAYS = "MESSAGING_IN_APP_DAYS"
FORGOTTEN_AT_ONCE_MAX = 1_000
SETTINGS = (
    Setting(DAYS, "30", "Days after which a message that people read here is erased, read or not", whole(1, 365)),
)


async def keep(context: Context, *, delivery: Delivery) -> None:
    """Keep a message for a person; one that comes again changes nothing."""
    hashed = context.keys.fingerprint(PERSON_PURPOSE, delivery.person)
    bound = _bound(delivery.umid, hashed)
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(delivery.notice), bound_to=bound)
    async with context.database.transaction() as tx:
        await store.add(tx, message_id=delivery.umid, person_hash=hashed, sealed=sealed, at=clock.timestamp())


async def notices(context: Context, *, by: Actor, before: int = 0) -> list[Kept]:
    """Return the messages of the person who asks, newest first; nobody reads another's, not even an administrator."""
    hashes = _hashes(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.notices(tx, hashes, before=before, since=_oldest(context), limit=SHOWN_MAX)
    return [_opened(context, one) for one in found]


async def notice(context: Context, *, by: Actor, message_id: str) -> Kept:
    """Return one message of the person who asks; raises UnknownMessage."""
    hashes = _hashes(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.notice(tx, message_id, hashes, since=_oldest(context))
    if found is None:
        raise UnknownMessage
    return _opened(context, found)


async def erase(context: Context, *, by: Actor, message_id: str) -> None:
    """Erase one message of the person who asks, at once; repeating it changes nothing.

    No act is written down of it: a register of who had which message is what must not be kept (8.2.2).
    """
    hashes = _hashes(context, by)
    async with context.database.transaction() as tx:
        await store.erase(tx, message_id, hashes)


async def tidy(context: Context, *, by: Actor) -> None:
    """Erase messages whose days are over."""
    while True:
        async with context.database.transaction() as tx:
            gone = await store.forget(tx, until=_oldest(context), limit=FORGOTTEN_AT_ONCE_MAX)
        if gone < FORGOTTEN_AT_ONCE_MAX:
            return


def _hashes(context: Context, by: Actor) -> list[str]:
    person = person_of(by)
    if not person:
        raise NotAPerson if by.signed_in else Unauthenticated
    return context.keys.fingerprints(PERSON_PURPOSE, person)


def _oldest(context: Context) -> str:
    return clock.timestamp(clock.now() - timedelta(days=context.settings.number(DAYS)))


def _opened(context: Context, found: Sealed) -> Kept:
    plain = context.keys.open(PURPOSE, found.sealed, bound_to=_bound(found.id, found.person_hash))
    return Kept(found.number, found.id, found.received_at, msgspec.json.decode(plain, type=Notice))


def _bound(message_id: str, person_hash: str) -> str:
    return f"{message_id}/{person_hash}"
