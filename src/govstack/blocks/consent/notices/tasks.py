"""Durable work of notices: hear what changed, ask for deliveries, deliver."""

from __future__ import annotations

from govstack.blocks.consent.notices import service
from govstack.blocks.consent.notices.model import Notice
from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

POLICY = RetryPolicy(attempts_max=12, first_seconds=2.0, longest_seconds=3_600.0)


async def hear(context: Context, job: Job) -> None:
    """Take in an event of this block's own and pass it on to the webhooks."""
    await service.spread(context, event=events.received(job))


async def tell_people(context: Context, job: Job) -> None:
    """Ask for notices about some of the people whom a change concerns."""
    await service.tell_people(context, told=job.payload)


async def deliver(context: Context, job: Job) -> None:
    """Deliver one notice to one webhook."""
    told = job.payload
    notice = Notice(str(told["id"]), str(told["type"]), str(told["at"]), dict(told["data"]))
    await service.deliver(context, webhook_id=str(told["webhook"]), notice=notice)


TASKS = {service.DELIVER: Task(deliver, POLICY), service.TELL_PEOPLE: Task(tell_people)}
HEARD = (
    "consent.record.changed",
    "consent.agreement.changed",
    "consent.policy.changed",
    "consent.request.changed",
)
SUBSCRIPTIONS = dict.fromkeys(HEARD, hear)
