"""Durable work of sessions: tell clients that one is over."""

from __future__ import annotations

from govstack.blocks.identity.sessions import service
from govstack.blocks.identity.sessions.model import Member
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

POLICY = RetryPolicy(attempts_max=12, first_seconds=2.0, longest_seconds=3_600.0)


async def tell(context: Context, job: Job) -> None:
    """Tell one client of one session."""
    told = job.payload
    member = Member("", str(told["client"]), "", str(told["subject"]), str(told["session"]))
    await service.tell(context, member=member, notice_id=job.id)


TASKS = {service.TELL: Task(tell, POLICY)}
