"""Use case of order: take what a launched unit says, or refuse it, in the transaction that keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.db import Transaction
from govstack.pillars.learn.learning.callers.model import Grant
from govstack.pillars.learn.learning.order import model, store
from govstack.pillars.learn.learning.order.model import Told


async def take(tx: Transaction, *, grant: Grant, told: Sequence[Told]) -> None:
    """Note what a unit says, in the order in which it says so; raises OutOfOrder.

    Whoever keeps statements holds the head of the store, so that two that come at once are looked at one by one.
    """
    session = await store.session(tx, grant.session_id)
    if session is None:
        return
    known = await store.said(tx, session)
    said = {verb for session_id, verb in known if session_id == session.id}
    before = {verb for session_id, verb in known if session_id != session.id}
    for one in told:
        model.check(one, session, activity=grant.activity, said=said, before=before)
        said |= {one.verb} - {""}
    fresh = [one for one in told if one.verb]
    if fresh:
        await store.say(tx, session.id, fresh)
