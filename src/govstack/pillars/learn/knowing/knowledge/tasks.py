"""What happens to knowledge by itself: stages and citations are followed."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler
from govstack.pillars.learn.knowing.knowledge import service
from govstack.pillars.learn.learning.courses.service import PUBLISHED
from govstack.pillars.learn.records.service import CHANGED


async def follow(context: Context, job: Job) -> None:
    """Follow a record that was changed: an item of knowledge, a citation of one, or a text that names its address."""
    told = events.received(job).data
    await service.follow(context, record_id=str(told["recordId"]), kind=str(told["kind"]))


async def follow_course(context: Context, job: Job) -> None:
    """Follow a course that was published: it cites the items whose addresses stand in it."""
    told = events.received(job).data
    await service.follow_course(context, course_id=str(told["courseId"]), version=int(told["version"]))


SUBSCRIPTIONS: Mapping[str, TaskHandler] = {CHANGED: follow, PUBLISHED: follow_course}
