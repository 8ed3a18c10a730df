"""What happens to knowledge by itself: stages and citations are followed."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.knowing.knowledge import service
from govstack.pillars.learn.records.service import CHANGED


async def follow(context: Context, job: Job) -> None:
    """Follow a record that was changed, when it is an item of knowledge or a citation of one."""
    told = events.received(job).data
    await service.follow(context, record_id=str(told["recordId"]), kind=str(told["kind"]))


SUBSCRIPTIONS: Mapping[str, TaskHandler] = {CHANGED: follow}
