"""Work that analytics need: count statements, take figures, and forget whoever is erased."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.learning.analytics import service
from govstack.pillars.learn.people.service import ERASED

FIGURES_SECONDS = 3_600


async def refresh(context: Context, _job: Job) -> None:
    """Take the figures of the country."""
    await service.refresh(context)


async def forget(context: Context, job: Job) -> None:
    """Cut figures from a person who was erased."""
    await service.forget(context, learner_id=str(events.received(job).data["personId"]))


TASKS: Mapping[str, Task] = {
    "learn.analytics.figures": Task(refresh, every_seconds=FIGURES_SECONDS),
}
SUBSCRIPTIONS: Mapping[str, TaskHandler] = {ERASED: forget}
