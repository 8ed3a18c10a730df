"""What follows an erasure by itself: all rooms forget once more, for whatever was under way in that moment."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.people import service


async def forget_again(context: Context, job: Job) -> None:
    """Tell all rooms again that somebody was erased."""
    async with context.database.transaction() as tx:
        await service.tell_erased(tx, str(job.payload["person"]))


TASKS = {service.FORGET_AGAIN: Task(forget_again)}
