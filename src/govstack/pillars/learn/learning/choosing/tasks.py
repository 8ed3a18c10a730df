"""Work that choosing needs: what nobody decided is forgotten after a day, and whoever is erased at once."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.learning.choosing import service
from govstack.pillars.learn.people.service import ERASED

TIDY_SECONDS = 3_600


async def tidy(context: Context, _job: Job) -> None:
    """Forget choices whose day is over."""
    await service.tidy(context)


async def forget(context: Context, job: Job) -> None:
    """Forget the choices of a person who was erased."""
    await service.forget(context, person_id=str(events.received(job).data["personId"]))


TASKS: Mapping[str, Task] = {"learn.choosing.tidy": Task(tidy, every_seconds=TIDY_SECONDS)}
SUBSCRIPTIONS: Mapping[str, TaskHandler] = {ERASED: forget}
