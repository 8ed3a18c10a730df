"""Durable work of files of rows."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.intake import service
from govstack.pillars.learn.intake.service import Room

# What jobs were called when files of answers alone were read; some may wait when a new version starts.
READ_BEFORE = "learn.read-answers"
DAY_SECONDS = 24 * 3_600


def tasks(rooms: Mapping[str, Room]) -> dict[str, Task]:
    """Return the work of the rooms that take files in, by their names."""

    async def read(context: Context, job: Job) -> None:
        await service.read(context, rooms=rooms, intake_id=str(job.payload["upload"]))

    async def forget(context: Context, _job: Job) -> None:
        await service.forget_refused(context)

    return {
        **{kind: Task(read) for kind in (service.READ, READ_BEFORE)},
        service.FORGET: Task(forget, every_seconds=DAY_SECONDS),
    }
