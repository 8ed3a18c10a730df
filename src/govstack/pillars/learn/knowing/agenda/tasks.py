"""What events do by themselves: keep the next event of their community right, and tell those who come of changes."""

from __future__ import annotations

from govstack.kernel import clock, events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.knowing.agenda import presenters, service
from govstack.pillars.learn.knowing.agenda.model import News
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.records.service import CHANGED

SWEEP_SECONDS = 3_600.0
POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def sweep(context: Context, _: Job) -> None:
    """Write of each community whose next event has passed when it meets again."""
    await service.sweep(context)


async def changed(context: Context, job: Job) -> None:
    """Follow an event that was written, changed or taken out of use."""
    data = events.received(job).data
    if data["kind"] == GATHERING.name:
        await service.changed(context, gathering_id=str(data["recordId"]))


async def tell(context: Context, job: Job) -> None:
    """Tell somebody who comes to an event, or waits for a seat, that it is off, on again, or elsewhere."""
    told = job.payload
    person_id, about = str(told["person"]), News(str(told["about"]))
    found = await service.to_tell(context, gathering_id=str(told["gathering"]), person_id=person_id, about=about)
    reader = await notices.reader(context, person_id=person_id) if found else None
    if found is None or reader is None:
        return
    was = clock.parse(str(told["was"]))
    title, text = presenters.message(
        found, about, context, was=was, at=str(told["at"]), language=reader.language
    )  # fmt: skip
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


TASKS = {"learn.gatherings.sweep": Task(sweep, every_seconds=SWEEP_SECONDS), service.TELL: Task(tell, POLICY)}
SUBSCRIPTIONS: dict[str, TaskHandler] = {CHANGED: changed}
