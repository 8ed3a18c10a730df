"""Work that tools need: whoever is erased is forgotten here too."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.learning.platforms import service
from govstack.pillars.learn.people.service import ERASED


async def forget(context: Context, job: Job) -> None:
    """Forget the launches of a person who was erased."""
    await service.forget(context, learner_id=str(events.received(job).data["personId"]))


SUBSCRIPTIONS: Mapping[str, TaskHandler] = {ERASED: forget}
