"""Durable work of enrolment: tell people, and fill seats that became free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.events import received
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.notices import service as notices
from govstack.pillars.learn.response.enrolment import presenters, service
from govstack.pillars.learn.response.enrolment.model import OPEN
from govstack.pillars.learn.response.offerings.service import CHANGED

POLICY = RetryPolicy(attempts_max=8, first_seconds=30.0)
# A session that moved by less than this needs no other reminder.
SLACK = timedelta(hours=1)


async def tell(context: Context, job: Job) -> None:
    """Send one message about an enrolment, unless it stands elsewhere by now or the learner wants none."""
    enrolment_id, about = str(job.payload["enrolment"]), str(job.payload["about"])
    found = await service.to_tell(context, enrolment_id=enrolment_id)
    if found is None:
        return
    enrolment, session, offering = found
    if session.ends < clock.now():
        return
    if about == "off":
        if not session.cancelled or enrolment.state not in OPEN:
            return
    elif session.cancelled or str(enrolment.state) != ("confirmed" if about == "reminder" else about):
        return
    if about == "reminder" and session.starts - service.due_before(context) > clock.now() + SLACK:
        await service.remind_later(context, enrolment_id=enrolment_id, session=session)
        return
    reader = await notices.reader(context, person_id=enrolment.person_id)
    if reader is None:
        return
    title, text = presenters.message(
        about, offering, session, context, at=enrolment.changed_at, language=reader.language
    )
    await notices.send(context, to=reader, title=title, text=text, purpose=service.PURPOSE, key=job.id)


async def fill(context: Context, job: Job) -> None:
    """Give seats that a changed session has more of, and tell everybody of one that was cancelled."""
    session_id = str(received(job).data["sessionId"])
    await service.move_up(context, session_id=session_id)
    await service.tell_cancelled(context, session_id=session_id)


async def fill_later(context: Context, job: Job) -> None:
    """Give seats that an erased person left."""
    await service.move_up(context, session_id=str(job.payload["session"]))


TASKS = {service.TELL: Task(tell, POLICY), service.FILL: Task(fill_later)}
SUBSCRIPTIONS: Mapping[str, TaskHandler] = {CHANGED: fill}
