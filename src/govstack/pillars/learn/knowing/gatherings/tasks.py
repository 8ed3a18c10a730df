"""What events do by themselves: keep the next event of their community right."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.knowing.gatherings import service
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.records.service import CHANGED

SWEEP_SECONDS = 3_600.0


async def sweep(context: Context, _: Job) -> None:
    """Write of each community whose next event has passed when it meets again."""
    await service.sweep(context)


async def changed(context: Context, job: Job) -> None:
    """Take an event that was written, changed or archived into its community."""
    data = events.received(job).data
    if data["kind"] == GATHERING.name:
        await service.changed(context, gathering_id=str(data["recordId"]))


TASKS = {"learn.gatherings.sweep": Task(sweep, every_seconds=SWEEP_SECONDS)}
SUBSCRIPTIONS: dict[str, TaskHandler] = {CHANGED: changed}
