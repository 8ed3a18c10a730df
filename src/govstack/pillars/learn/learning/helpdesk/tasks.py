"""Durable work of helpdesks: tell whoever asked that there is an answer."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task
from govstack.pillars.learn.learning.helpdesk import presenters, service
from govstack.pillars.learn.notices import service as notices

POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)


async def tell(context: Context, job: Job) -> None:
    """Say that a question was answered, and where; the words of question and answer stay here."""
    found = await service.to_tell(context, question_id=str(job.payload["question"]))
    reader = await notices.reader(context, person_id=found[0]) if found else None
    if found is None or reader is None:
        return
    title, text = presenters.answered(found[1], context, at=found[2], language=reader.language)
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


TASKS = {service.TELL: Task(tell, POLICY)}
