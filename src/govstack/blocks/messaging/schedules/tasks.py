"""The work of schedules: each turn is a job that is due at its moment."""

from __future__ import annotations

from govstack.blocks.messaging.schedules import service
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, Retry, RetryPolicy
from govstack.kernel.manifest import Task

TIDY_SECONDS = 300.0


async def take_turn(context: Context, job: Job) -> None:
    """Send what is due of the schedule that a job names."""
    schedule_id, turn = str(job.payload["schedule"]), int(job.payload["turn"])
    pause = await service.take_turn(context, by=SYSTEM, schedule_id=schedule_id, turn=turn)
    if pause is not None:
        raise Retry(pause, "not sent yet")


async def tidy(context: Context, _: Job) -> None:
    """Cancel what nobody may send any more."""
    await service.tidy(context, by=SYSTEM)


TASKS = {
    service.TURN: Task(take_turn, RetryPolicy(attempts_max=1_000_000)),
    "messaging.tidy-schedules": Task(tidy, RetryPolicy(attempts_max=3), every_seconds=TIDY_SECONDS),
}
