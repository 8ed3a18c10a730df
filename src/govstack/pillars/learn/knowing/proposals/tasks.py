"""Durable work of proposals: tell whoever proposed something that it was decided on."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.knowing.proposals import presenters, service
from govstack.pillars.learn.notices import service as notices

POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def tell(context: Context, job: Job) -> None:
    """Say that a proposal was decided on; what it says, and why it was declined, is read here."""
    found = await service.decided(context, proposal_id=str(job.payload["proposal"]))
    reader = await notices.reader(context, person_id=found.person_id) if found and found.person_id else None
    if found is None or reader is None:
        return
    title, text = presenters.message(found, context, language=reader.language)
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


TASKS = {service.TELL: Task(tell, POLICY)}
