"""What communities do by themselves: ask whether a quiet one goes on."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.knowing.communities import service

SWEEP_SECONDS = 86_400.0


async def sweep(context: Context, _: Job) -> None:
    """Open a review of each community that fell quiet after its charter ended."""
    await service.sweep(context)


TASKS = {"learn.communities.sweep": Task(sweep, every_seconds=SWEEP_SECONDS)}
