"""What events do by themselves: fill seats, and tell who got one."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.knowing.gatherings import presenters, service
from govstack.pillars.learn.notices import service as notices

POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


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


TASKS = {service.TELL: Task(tell, POLICY), service.FILL: Task(fill, POLICY)}
