"""Durable work of requests: let them expire."""

from __future__ import annotations

from govstack.blocks.consent.asking import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task


async def expire(context: Context, job: Job) -> None:
    """Let one request expire that nobody answered."""
    await service.expire(context, request_id=str(job.payload["request"]))


TASKS = {service.EXPIRE: Task(expire)}
