"""What communities do by themselves: ask whether a quiet one goes on, and tell what was decided on a charter."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.knowing.communities import presenters, service
from govstack.pillars.learn.notices import service as notices

SWEEP_SECONDS = 86_400.0
POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def sweep(context: Context, _: Job) -> None:
    """Open a review of each community that fell quiet after its charter ended."""
    await service.sweep(context)


async def tell(context: Context, job: Job) -> None:
    """Tell a facilitator that it was decided on a charter; why it was declined is read here."""
    found = await service.charter_decided(context, charter_id=str(job.payload["charter"]))
    reader = await notices.reader(context, person_id=str(job.payload["person"])) if found else None
    if found is None or reader is None:
        return
    title, text = presenters.message(found, context, language=reader.language)
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


TASKS = {"learn.communities.sweep": Task(sweep, every_seconds=SWEEP_SECONDS), service.TELL: Task(tell, POLICY)}
