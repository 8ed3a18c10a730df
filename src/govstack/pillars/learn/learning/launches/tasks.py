"""Work that launches need: follow statements, give up sessions that are over, and forget whoever is erased."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.pillars.learn.learning.launches import service
from govstack.pillars.learn.learning.statements.service import STORED
from govstack.pillars.learn.people.service import ERASED

GIVE_UP_SECONDS = 600


async def follow(context: Context, job: Job) -> None:
    """Look at what was stored of registrations."""
    for registration_id in events.received(job).data["registrations"]:
        await service.follow(context, registration_id=str(registration_id))


async def give_up(context: Context, _job: Job) -> None:
    """End the sessions whose time is over."""
    await service.give_up_expired(context)


async def forget(context: Context, job: Job) -> None:
    """Remove the registrations of a person who was erased."""
    await service.forget(context, by=SYSTEM, learner_id=str(events.received(job).data["personId"]))


TASKS: Mapping[str, Task] = {"learn.launches.give-up": Task(give_up, every_seconds=GIVE_UP_SECONDS)}
SUBSCRIPTIONS: Mapping[str, TaskHandler] = {STORED: follow, ERASED: forget}
