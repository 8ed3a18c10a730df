"""Repeated work of automations: see which have something to do, and let each do it."""

from __future__ import annotations

from govstack.blocks.registries.performing import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job

LOOK = "registries.automations"
LOOK_SECONDS = 5.0


async def look(context: Context, _: Job) -> None:
    """Ask for a run of each automation that has something to do."""
    await service.look(context)


async def run(context: Context, job: Job) -> None:
    """Let one automation handle its records."""
    await service.run(context, automation_id=str(job.payload["automation"]))
