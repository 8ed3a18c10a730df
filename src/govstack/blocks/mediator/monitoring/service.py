"""Statistics, operational and environmental monitoring: counted off the log, shown to those it concerns."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.evidence.model import Entry
from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.monitoring import gateways, store
from govstack.blocks.mediator.monitoring.errors import NotShared
from govstack.blocks.mediator.monitoring.model import (
    PARTS,
    By,
    Figures,
    Group,
    Load,
    Package,
    Sampled,
    counted,
    grouped,
)
from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unauthenticated
from govstack.kernel.rules import DAYS, listed, one_of
from govstack.kernel.settings import Setting

ENTRIES_COUNTED_AT_ONCE_MAX = 2_000
ROWS_MAX = 20_000
SAMPLES_MAX = 1_500
PACKAGES_MAX = 20_000
RECENT_MINUTES = 5
LATEST = "9999"
MEMORY = "monitoring"

SETTINGS = (
    Setting("MEDIATOR_ENVIRONMENT_DAYS", "30", "Days for which samples of the machines are kept", DAYS),
    Setting(
        "MEDIATOR_ENVIRONMENT_SHARED",
        "system,cpu,memory,disk",
        "Parts of the environment that connected applications may see; the owner sees all",
        listed(one_of(*PARTS), f"be parts with commas between, of {', '.join(PARTS)}"),
    ),
)


async def count(context: Context) -> int:
    """Add answers that are new in the log to the figures; each is counted once, however often and where this runs."""
    lock: asyncio.Lock = context.memory.setdefault(MEMORY, asyncio.Lock())
    total = 0
    async with lock:
        ends = await evidence.chains(context)
        async with context.database.reading(one_statement=True) as tx:
            known = await store.counted(tx)
        for chain, end in ends.items():
            number = known.get(chain, 0)
            while number < end:
                last = min(number + ENTRIES_COUNTED_AT_ONCE_MAX, end)
                answers = await evidence.answers_after(context, chain, number=number, last=last)
                async with context.database.transaction() as tx:
                    ours = await store.add(tx, chain, expected=number, number=last, figures=counted(answers))
                if not ours:
                    break
                number, total = last, total + len(answers)
    return total


async def statistics(
    context: Context, *, by: Actor, aspect: By, application: str = "", since: datetime | None, until: datetime | None
) -> list[Group]:
    """Return what was exchanged in a period by one aspect (I31), as far as the caller may see it (I32)."""
    own = await evidence.visible_to(context, by, application=application)
    await count(context)
    low, high = _minutes(since, until)
    async with context.database.reading(one_statement=True) as tx:
        rows = await store.traffic(
            tx, since=low, until=high, application=own, by_minute=aspect is By.MINUTE, limit=ROWS_MAX
        )
    return grouped(rows, aspect)


async def answers(context: Context, *, by: Actor, wanted: evidence.Wanted, limit: int) -> list[Entry]:
    """Return answered exchanges, newest first, as far as the caller may see them; no payload, no user."""
    own = await evidence.visible_to(context, by, application=wanted.application)
    return await evidence.find(context, evidence.answers_of(wanted, own), limit=limit)


async def load(context: Context, *, by: Actor) -> Load:
    """Return what this process does right now, for whoever runs it."""
    directory.require(by, Power.READ)
    await count(context)
    here = exchange.desk(context)
    since, until = _minutes(clock.now() - timedelta(minutes=RECENT_MINUTES), None)
    async with context.database.reading() as tx:
        rows = await store.traffic(tx, since=since, until=until, application="", by_minute=False, limit=ROWS_MAX)
        backlog = await jobs.backlog(tx)
    recent = sum((figures for _, figures in rows), Figures())
    seconds, memory_bytes = gateways.usage()
    return Load(
        exchanges_under_way=here.under_way,
        exchanges_under_way_max=here.calls_max,
        exchanges_limit=here.exchanges_max,
        entries_waiting=evidence.message_log(context).depth,
        jobs_waiting=backlog["waiting"] + backlog["blocked"],
        jobs_dead=backlog["dead"],
        processor_seconds=seconds,
        memory_bytes=memory_bytes,
        recent_minutes=RECENT_MINUTES,
        recent=recent,
    )


async def sample(context: Context) -> Sampled:
    """Look at this machine and remember what was seen; forget what is too old."""
    folder = context.settings.data_dir
    found = Sampled(gateways.node(), clock.timestamp(), await asyncio.to_thread(gateways.sample, folder))
    days = context.settings.number("MEDIATOR_ENVIRONMENT_DAYS")
    async with context.database.transaction() as tx:
        await store.add_sample(tx, found)
        await store.forget_samples(tx, before=clock.timestamp(clock.now() - timedelta(days=days)))
    return found


async def see_packages(context: Context) -> int:
    """Remember which software is installed on this machine."""
    found = await asyncio.to_thread(gateways.packages)
    async with context.database.transaction() as tx:
        await store.see_packages(tx, node=gateways.node(), at=clock.timestamp(), found=found)
    return len(found)


async def environment(
    context: Context, *, by: Actor, since: datetime | None, until: datetime | None, node: str = "", limit: int
) -> list[Sampled]:
    """Return samples of a period, newest first (I33); others than the owner see what the owner shares."""
    parts = await _shared(context, by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.samples(
            tx, since=_text(since, ""), until=_text(until, LATEST), node=node, limit=min(limit, SAMPLES_MAX)
        )
    return [Sampled(one.node, one.at, one.sample.only(parts)) for one in found]


async def packages(
    context: Context, *, by: Actor, since: datetime | None, until: datetime | None, node: str = ""
) -> list[Package]:
    """Return software that was installed in a period."""
    if "packages" not in await _shared(context, by):
        raise NotShared
    async with context.database.reading(one_statement=True) as tx:
        return await store.packages(
            tx, since=_text(since, ""), until=_text(until, LATEST), node=node, limit=PACKAGES_MAX
        )


async def _shared(context: Context, by: Actor) -> frozenset[str]:
    if may(by, Power.READ):
        return frozenset(PARTS)
    if not await directory.proven_application(context, by):
        raise NotShared if by.signed_in else Unauthenticated
    named = context.settings.text("MEDIATOR_ENVIRONMENT_SHARED").split(",")
    shared = frozenset(part.strip() for part in named) & frozenset(PARTS)
    if not shared:
        raise NotShared
    return shared


def _minutes(since: datetime | None, until: datetime | None) -> tuple[str, str]:
    """Return bounds of minutes: a minute that has begun belongs to the period."""
    return _text(since, "")[:16], _text(until, LATEST)


def _text(moment: datetime | None, otherwise: str) -> str:
    return clock.timestamp(moment) if moment else otherwise
