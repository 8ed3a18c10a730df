"""Durable work of changes: tell people how their request stands."""

from __future__ import annotations

from govstack.blocks.identity.changes import service
from govstack.blocks.identity.changes.model import State
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task


async def notify(context: Context, job: Job) -> None:
    """Tell one person."""
    await service.notify(context, request_id=str(job.payload["request"]), state=State(job.payload["state"]))


TASKS = {service.NOTIFY: Task(notify)}
