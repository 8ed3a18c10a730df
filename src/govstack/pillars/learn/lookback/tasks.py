"""Durable work of looking back."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.lookback import service


async def look(context: Context, job: Job) -> None:
    """Go on with a look back."""
    await service.work(context, look_back_id=str(job.payload["lookBack"]))


TASKS = {service.LOOK: Task(look)}
