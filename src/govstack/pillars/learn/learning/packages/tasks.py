"""Work of packages: unpacking large ones."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.learning.packages import service


async def unpack(context: Context, job: Job) -> None:
    """Unpack one package."""
    await service.unpack(context, package_id=str(job.payload["package"]))


TASKS = {service.UNPACK: Task(unpack)}
