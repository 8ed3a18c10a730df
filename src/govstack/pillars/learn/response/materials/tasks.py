"""Work of materials: looking at links."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.response.materials import service

CHECK_LINKS = "learn.check-links"
EVERY_SECONDS = 3_600.0


async def check_links(context: Context, _job: Job) -> None:
    """Look at some links that were not looked at for a week."""
    await service.check_links(context)


TASKS = {CHECK_LINKS: Task(check_links, every_seconds=EVERY_SECONDS)}
