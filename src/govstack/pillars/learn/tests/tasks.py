"""What tests do by themselves: hand in when time is up, and forget who was erased."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.people.service import ERASED
from govstack.pillars.learn.tests import service

OVERDUE_SECONDS = 60.0


async def submit_overdue(context: Context, _: Job) -> None:
    """Hand in what nobody handed in in time."""
    await service.submit_overdue(context)


async def forget(context: Context, job: Job) -> None:
    """Take away what an erased person wrote."""
    await service.forget(context, person_id=str(events.received(job).data["personId"]))


TASKS = {"learn.submit-overdue-tests": Task(submit_overdue, RetryPolicy(attempts_max=3), every_seconds=OVERDUE_SECONDS)}
SUBSCRIPTIONS = {ERASED: forget}
