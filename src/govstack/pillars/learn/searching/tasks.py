"""What search does by itself: take in what changed, learn what it means, let the model go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.knowing.knowledge.service import PUBLISHED
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import CHANGED
from govstack.pillars.learn.searching import service

REST_SECONDS = 60.0


def subscriptions(kinds: Iterable[Kind]) -> Mapping[str, TaskHandler]:
    """Return what is done when records of some kinds change, and when knowledge is published."""
    by_name = {kind.name: kind for kind in kinds}

    async def follow(context: Context, job: Job) -> None:
        told = events.received(job).data
        kind = by_name.get(str(told["kind"]))
        if kind is not None:
            await service.take_record(context, kind=kind, record_id=str(told["recordId"]))

    return {CHANGED: follow, PUBLISHED: published}


async def published(context: Context, job: Job) -> None:
    """Take in what was published of an item of knowledge, or let it go."""
    await service.take_edition(context, item_id=str(events.received(job).data["recordId"]))


async def mean(context: Context, _: Job) -> None:
    """Learn what sentences mean that wait for it."""
    await service.mean(context)


async def rest(context: Context, _: Job) -> None:
    """Let the model go when nobody searched for a while."""
    service.rest(context)


TASKS = {service.MEAN: Task(mean), "learn.searching.rest": Task(rest, every_seconds=REST_SECONDS)}
