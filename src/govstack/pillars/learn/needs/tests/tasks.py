"""What tests do by themselves: hand in when time is up."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.needs.tests import service

OVERDUE_SECONDS = 60.0


async def submit_overdue(context: Context, _: Job) -> None:
    """Hand in what nobody handed in in time."""
    await service.submit_overdue(context)


TASKS = {"learn.submit-overdue-tests": Task(submit_overdue, RetryPolicy(attempts_max=3), every_seconds=OVERDUE_SECONDS)}
