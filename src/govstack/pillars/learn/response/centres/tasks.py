"""What is told of material reaches the centres that work with it."""

from __future__ import annotations

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.response.centres import service
from govstack.pillars.learn.response.materials.service import PUBLISHED


async def material_published(context: Context, job: Job) -> None:
    """Tell centres of the version of material that stands now."""
    await service.take_version(context, material_id=str(events.received(job).data["materialId"]))


SUBSCRIPTIONS: dict[str, TaskHandler] = {PUBLISHED: material_published}
