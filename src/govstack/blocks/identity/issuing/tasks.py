"""Durable work of issuers elsewhere: tell them."""

from __future__ import annotations

from govstack.blocks.identity.issuing import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

POLICY = RetryPolicy(attempts_max=12, first_seconds=2.0, longest_seconds=3_600.0)


async def tell(context: Context, job: Job) -> None:
    """Tell one issuer."""
    await service.tell(context, issuance_id=str(job.payload["issuance"]))


TASKS = {service.TELL: Task(tell, POLICY)}
