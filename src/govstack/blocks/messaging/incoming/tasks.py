"""The work of looking at what networks bring."""

from __future__ import annotations

from govstack.blocks.messaging.incoming import service
from govstack.blocks.messaging.providers.service import TAKE
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, Retry, RetryPolicy
from govstack.kernel.manifest import Task


async def look(context: Context, job: Job) -> None:
    """Look at what a job names."""
    pause = await service.handle(context, by=SYSTEM, name=str(job.payload["brought"]), looks=job.attempt)
    if pause is not None:
        raise Retry(pause, "not known yet")


TASKS = {TAKE: Task(look, RetryPolicy(attempts_max=100))}
