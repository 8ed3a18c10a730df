"""Durable work of files of answers."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.pillars.learn.uploads import service


async def read(context: Context, job: Job) -> None:
    """Take the rows of a file in."""
    await service.read(context, upload_id=str(job.payload["upload"]))
