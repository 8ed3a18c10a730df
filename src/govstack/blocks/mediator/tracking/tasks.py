"""Housekeeping of rooms."""

from __future__ import annotations

from govstack.blocks.mediator.tracking import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

TIDY_SECONDS = 60.0


async def tidy(context: Context, _: Job) -> None:
    """End what has waited too long, and forget what is kept no longer."""
    await service.tidy(context)


TASKS = {"mediator.tidy-rooms": Task(tidy, RetryPolicy(attempts_max=3), every_seconds=TIDY_SECONDS)}
