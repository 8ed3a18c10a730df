"""Use cases of administrators who look at messaging."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.errors import UnknownRequest
from govstack.blocks.messaging.intake.model import Status
from govstack.blocks.messaging.oversight import store
from govstack.blocks.messaging.oversight.model import HOURS, SHOWN_MAX, Figures, Listed
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context


async def figures(context: Context, *, by: Actor) -> Figures:
    """Return what happened in the last day, hour by hour, and what is under way now."""
    senders.require(by, senders.READ)
    this = clock.now().replace(minute=0, second=0, microsecond=0)
    since = clock.timestamp(this - timedelta(hours=HOURS - 1))
    async with context.database.reading(apart=True) as tx:
        dead = (await jobs.backlog(tx))["dead"]
        return Figures(await store.hours(tx, since=since), await store.under_way(tx), dead)


async def requests(context: Context, *, by: Actor, before: int = 0) -> list[Listed]:
    """Return requests, newest first."""
    senders.require(by, senders.READ)
    async with context.database.reading(one_statement=True) as tx:
        return await store.requests(tx, before=before, limit=SHOWN_MAX)


async def request(context: Context, *, by: Actor, uid: str) -> tuple[Listed, Counter[Status]]:
    """Return one request, and how its messages stand; raises UnknownRequest."""
    senders.require(by, senders.READ)
    async with context.database.reading() as tx:
        found = await store.request(tx, uid)
        if found is None:
            raise UnknownRequest
        return found, await intake.counted(tx, uid)
