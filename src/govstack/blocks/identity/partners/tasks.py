"""Durable work of partners: tell them."""

from __future__ import annotations

from govstack.blocks.identity.partners import service
from govstack.blocks.identity.partners.model import Notice
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

POLICY = RetryPolicy(attempts_max=12, first_seconds=2.0, longest_seconds=3_600.0)


async def deliver(context: Context, job: Job) -> None:
    """Deliver one notice to one partner."""
    told = job.payload
    notice = Notice(str(told["id"]), str(told["type"]), str(told["at"]), dict(told["data"]))
    await service.deliver(context, partner_id=str(told["partner"]), notice=notice)


TASKS = {service.DELIVER: Task(deliver, POLICY)}
