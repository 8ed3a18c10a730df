"""Durable work of signing in: sending one-time codes, before all other work."""

from __future__ import annotations

from govstack.blocks.identity.authorising import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task


async def send_code(context: Context, job: Job) -> None:
    """Send a code for a sign-in; one that comes too late is of no use, so it is tried for two minutes."""
    asked = {name: str(job.payload.get(name, "")) for name in ("person", "purpose", "browser")}
    await service.deliver_code(
        context, person_id=asked["person"], purpose=asked["purpose"], browser=asked["browser"]
    )  # fmt: skip


TASKS = {service.SEND_CODE: Task(send_code, policy=RetryPolicy(attempts_max=7), urgent=True)}
