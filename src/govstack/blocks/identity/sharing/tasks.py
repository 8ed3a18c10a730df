"""Durable work of sharing: pack what was shared, and forget it when its time is over."""

from __future__ import annotations

from govstack.blocks.identity.sharing import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task

FORGET = "identity.forget-shares"
EVERY_SECONDS = 3_600.0


async def pack(context: Context, job: Job) -> None:
    """Pack one share."""
    await service.pack(context, event_id=str(job.payload["event"]))


async def forget(context: Context, _: Job) -> None:
    """Forget what was packed and whose time is over."""
    await service.forget(context)


TASKS = {service.PACK: Task(pack), FORGET: Task(forget, every_seconds=EVERY_SECONDS)}
