"""Durable work of onboarding: tell whoever applied that a call is planned, or what was decided."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.knowing.onboarding import presenters, service
from govstack.pillars.learn.notices import service as notices

POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def tell(context: Context, job: Job) -> None:
    """Say when the call is, or that it was decided; link and reason are read here."""
    about = str(job.payload["about"])
    found = await service.to_tell(
        context, application_id=str(job.payload["application"]), about=about, call_at=str(job.payload["at"])
    )
    reader = await notices.reader(context, person_id=found[0].person_id) if found else None
    if found is None or reader is None:
        return
    title, text = presenters.message(found[0], found[1], context, at=str(job.payload["told"]), language=reader.language)
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


TASKS = {service.TELL: Task(tell, POLICY)}
