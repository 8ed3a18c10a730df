"""What certificates do by themselves: go with the person."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.events import received
from govstack.kernel.jobs import Job
from govstack.pillars.learn.certificates import service


async def erase(context: Context, job: Job) -> None:
    """Remove what an erased person has entered."""
    await service.erase(context, person_id=str(received(job).data["personId"]))
