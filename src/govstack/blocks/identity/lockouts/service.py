"""Counts tries before they are made, pauses after too many, and lets an administrator end a pause."""

from __future__ import annotations

from govstack.blocks.identity.browsers.model import ANYWHERE, Origin
from govstack.blocks.identity.lockouts import model, store
from govstack.blocks.identity.lockouts.model import Family
from govstack.blocks.identity.people.service import recorded
from govstack.kernel import audit, clock, log
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction


async def admit(
    context: Context, tx: Transaction, *, person_id: str, family: Family, origin: Origin = ANYWHERE
) -> bool:
    """Count a try, and tell whether it may be made; the count stands as the transaction does, whatever comes of it.

    Where the person is known their tries are counted apart, so that no stranger's make them pause.
    """
    now = clock.now()
    subject = f"person/{person_id}"
    before = await store.held(tx, person_id=person_id, family=family, origin=origin)
    after, admitted = model.counted(before, now)
    await store.keep(tx, after, person_id=person_id, family=family, origin=origin)
    if not admitted and after != before:
        detail = {"family": family.value, "until": after.locked_until}
        await audit.record(tx, by=SYSTEM, action="identity.factor.locked", subject=subject, detail=detail)
        log.security(context.package, "factor.locked", actor=subject, outcome="refused", family=family.value)
    return admitted


async def succeeded(tx: Transaction, *, person_id: str, family: Family, origin: Origin = ANYWHERE) -> None:
    """Begin to count anew, since the person has proven themselves."""
    await store.forget(tx, person_id=person_id, family=family, origin=origin)


async def locked(context: Context, *, person_id: str) -> dict[Family, str]:
    """Return which factors pause, and until when."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.locked(
            tx, person_id=person_id, now=clock.timestamp(), latest=clock.latest_end(model.LONGEST_LOCK)
        )


async def unlock(tx: Transaction, *, by: Actor, person_id: str) -> bool:
    """End every pause of a person in the transaction of another act; false when nothing was counted."""
    counted = await store.forget_all(tx, person_id=person_id)
    if counted:
        await audit.record(tx, by=recorded(by), action="identity.factor.unlocked", subject=f"person/{person_id}")
    return bool(counted)
