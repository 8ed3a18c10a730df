"""What events do by themselves: keep the next event of their community right, fill seats, and tell who got one."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.knowing.gatherings import presenters, service
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.records.service import CHANGED

SWEEP_SECONDS = 3_600.0
POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def sweep(context: Context, _: Job) -> None:
    """Write of each community whose next event has passed when it meets again."""
    await service.sweep(context)


async def changed(context: Context, job: Job) -> None:
    """Take an event that was written, changed or archived into its community."""
    data = events.received(job).data
    if data["kind"] == GATHERING.name:
        await service.changed(context, gathering_id=str(data["recordId"]))


async def tell(context: Context, job: Job) -> None:
    """Tell somebody who waited that they have a seat at an event."""
    found = await service.seated(
        context, gathering_id=str(job.payload["gathering"]), person_id=str(job.payload["person"])
    )
    reader = await notices.reader(context, person_id=str(job.payload["person"])) if found else None
    if found is None or reader is None:
        return
    title, text = presenters.message(found, context, at=str(job.payload["at"]), language=reader.language)
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


async def fill(context: Context, job: Job) -> None:
    """Give the seats that an erased person left."""
    await service.fill(context, gathering_id=str(job.payload["gathering"]))


TASKS = {
    "learn.gatherings.sweep": Task(sweep, every_seconds=SWEEP_SECONDS),
    service.TELL: Task(tell, POLICY),
    service.FILL: Task(fill, POLICY),
}
SUBSCRIPTIONS: dict[str, TaskHandler] = {CHANGED: changed}
