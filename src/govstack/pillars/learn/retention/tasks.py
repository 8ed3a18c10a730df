"""The task that lets go of what is older than the country keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.retention import service
from govstack.pillars.learn.retention.service import Keeping

EVERY_SECONDS = 86_400


def tasks(keepings: Sequence[Keeping]) -> Mapping[str, Task]:
    """Return the task, for what rooms keep."""

    async def let_go(context: Context, _job: Job) -> None:
        await service.let_go(context, by=SYSTEM, keepings=keepings)

    return {"learn.retention": Task(let_go, every_seconds=EVERY_SECONDS)}
