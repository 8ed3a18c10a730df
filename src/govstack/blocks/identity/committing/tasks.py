"""Durable work of enrolment: commit, give numbers and tell people, give up what nobody goes on with."""

from __future__ import annotations

from govstack.blocks.identity.committing import service
from govstack.blocks.identity.enrolment import service as enrolments
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

ABANDON = "identity.enrolment.abandon"
ABANDON_SECONDS = 3_600.0
POLICY = RetryPolicy(attempts_max=12, first_seconds=2.0, longest_seconds=3_600.0)


async def commit(context: Context, job: Job) -> None:
    """Commit one enrolment."""
    await service.carry_out(context, enrolment_id=str(job.payload["enrolment"]))


async def issue(context: Context, job: Job) -> None:
    """Give one person their number and tell them."""
    await service.issue(context, enrolment_id=str(job.payload["enrolment"]))


async def abandon(context: Context, job: Job) -> None:
    """Give up enrolments that nobody has touched for long."""
    await enrolments.abandon(context)


TASKS = {
    enrolments.COMMIT: Task(commit, POLICY),
    service.ISSUE: Task(issue, POLICY),
    ABANDON: Task(abandon, every_seconds=ABANDON_SECONDS),
}
