"""The work of passing answers on."""

from __future__ import annotations

from govstack.blocks.messaging.replies import service
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, Retry, RetryPolicy
from govstack.kernel.manifest import Task


async def forward(context: Context, job: Job) -> None:
    """Try to pass on the answer that a job names."""
    pause = await service.forward(context, by=SYSTEM, reply_id=str(job.payload["reply"]))
    if pause is not None:
        raise Retry(pause, "not passed on yet")


TASKS = {service.FORWARD: Task(forward, RetryPolicy(attempts_max=1_000_000))}
