"""Use cases of announcing: subscribe, tell subscribers, and let them read what a notice was about."""

from __future__ import annotations

from govstack.blocks.identity.announcing import model, store
from govstack.blocks.identity.announcing.errors import UnknownAnnouncement
from govstack.blocks.identity.announcing.model import Announcement, Details, Happening, Subscription
from govstack.blocks.identity.partners import service as partners
from govstack.blocks.identity.partners.model import Role
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.tokens import service as tokens
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

NOTICE = "identity.announcement"


async def subscribe(context: Context, *, by: Actor, wanted: Subscription) -> Subscription:
    """Let a partner be told of some happenings, of no others; raises UnknownPartner unless it is a subscriber."""
    await partners.partner(context, partner_id=wanted.partner_id, role=Role.SUBSCRIBER)
    async with context.database.transaction() as tx:
        await store.put_subscription(tx, wanted, now=clock.timestamp())
        detail = {"types": list(wanted.types)}
        subject = f"partner/{wanted.partner_id}"
        await audit.record(tx, by=by, action="identity.subscription.put", subject=subject, detail=detail)
    return wanted


async def subscriptions(context: Context) -> list[Subscription]:
    """Return all subscriptions."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.subscriptions(tx)


async def tell(context: Context, *, event_id: str, subject: str, happening: Happening, at: str) -> None:
    """Tell every subscriber of a happening that it is for; the same event again tells nobody twice."""
    person = await people.by_subject(context, subject=subject)
    wanted = [one for one in await subscriptions(context) if happening in one.types]
    if person is None or not wanted:
        return
    async with context.database.transaction() as tx:
        await store.forget(tx, before=clock.timestamp(clock.now() - model.KEPT))
        for one in wanted:
            made = Announcement(ids.new_id(), one.partner_id, person.id, happening, at)
            if await store.announce(tx, made, event_id=event_id):
                await partners.tell(
                    tx, partner_id=one.partner_id, type_=NOTICE, notice_id=made.id, data={"announcement": made.id}
                )


async def read(context: Context, *, by: Actor, announcement_id: str) -> Details:
    """Return what an announcement is about to the subscriber it was made for; raises UnknownAnnouncement to others."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.announcement(tx, announcement_id=announcement_id)
    known = {one.id: one for one in await partners.partners(context, role=Role.SUBSCRIBER)}
    reader = known.get(found.partner_id) if found is not None else None
    if found is None or reader is None or not by.application or reader.application != by.application:
        raise UnknownAnnouncement
    person = await people.person(context, person_id=found.person_id)
    if person is None:
        raise UnknownAnnouncement
    newest = await people.history(context, person_id=person.id, until=found.at, limit=1)
    names = model.changed_names(newest) if found.happening is Happening.CHANGED else ()
    async with context.database.transaction() as tx:
        subject = await tokens.subject_in(tx, person_id=person.id, sector=f"subscriber/{reader.id}")
        subject_of = f"announcement/{found.id}"
        await audit.record(tx, by=by, action="identity.announcement.read", subject=subject_of)
    return Details(found, subject, person.status.value, names)
