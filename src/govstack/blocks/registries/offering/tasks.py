"""Repeated work: the counts of uses are written."""

from __future__ import annotations

from govstack.blocks.registries.offering import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job

WRITE_USES = "registries.write-uses"
WRITE_USES_SECONDS = 15.0


async def write_uses(context: Context, _: Job) -> None:
    """Write how often services were used."""
    await service.write_uses(context)
