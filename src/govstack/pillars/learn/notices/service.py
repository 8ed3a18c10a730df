"""Use cases of notices: choose whether one wants any, find out how somebody is reached, and hand a message over."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.kernel import audit, i18n
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import matching
from govstack.kernel.settings import Setting
from govstack.pillars.learn.notices import gateways, store
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson

MESSAGING, APPLICATION = "LEARN_MESSAGING_SERVICE", "LEARN_MESSAGING_APPLICATION"
# Where a reader stops all messages.
CHOICE = "/my/learning"
SETTINGS = (
    Setting(
        MESSAGING,
        "",
        "The messaging service that tells people of places, answers and groups, as CLASS/MEMBER/APPLICATION/SERVICE;"
        " empty tells nobody",
        matching(r"([^/\s,]+(/[^/\s,]+){3})?", "be CLASS/MEMBER/APPLICATION/SERVICE, or empty"),
    ),
    Setting(
        APPLICATION,
        "",
        "The application as which this pillar calls that service, as CLASS/MEMBER/APPLICATION",
        matching(r"([^/\s,]+(/[^/\s,]+){2})?", "be CLASS/MEMBER/APPLICATION, or empty"),
    ),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who can be told and wants to be: where a message goes, and its language."""

    address: str
    language: str


def sends(context: Context) -> bool:
    """Tell whether this installation has joined a messaging service at all."""
    return bool(context.settings.text(MESSAGING) and context.settings.text(APPLICATION))


async def wanted(context: Context, *, by: Actor) -> bool:
    """Tell whether whoever signed in wants messages."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        return await store.wanted(tx, me.id)


async def choose(context: Context, *, by: Actor, wanted: bool) -> bool:
    """Choose whether messages are sent to oneself."""
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        if not await people.held(tx, [me.id]):
            raise UnknownPerson
        await store.set_wanted(tx, me.id, wanted=wanted)
        await audit.record(
            tx, by=by, action="learn.reminders.set", subject=f"person/{me.id}", detail={"wanted": wanted}
        )
    return wanted


async def reader(context: Context, *, person_id: str) -> Reader | None:
    """Return how somebody is told; None for whoever wants no messages, has no address, or was erased."""
    async with context.database.reading(one_statement=True) as tx:
        if not await store.wanted(tx, person_id):
            return None
    try:
        person = await people.person(context, person_id=person_id)
    except UnknownPerson:
        return None
    if not person.contact or person.erased:
        return None
    return Reader(person.contact, person.language if person.language in i18n.LANGUAGES else i18n.DEFAULT)


async def send(context: Context, *, to: Reader, title: str, text: str, purpose: str, key: str) -> bool:
    """Hand one message to the messaging block; false where none is joined. Raises the Problem of a refusal.

    The same key again is the same message: a killed job that repeats it tells nobody twice.
    """
    if not sends(context):
        return False
    service, application = context.settings.text(MESSAGING), context.settings.text(APPLICATION)
    await gateways.send(
        context, service=service, application=application, address=to.address, title=title, text=text,
        purpose=purpose, key=key,
    )  # fmt: skip
    return True


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person chose."""
    await store.set_wanted(tx, person_id, wanted=True)
