"""Repeated work on text indexes: when one is asked for, and now and then for those that could not be made."""

from __future__ import annotations

from govstack.blocks.registries.indexing import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job

INDEX_SECONDS = 60.0


async def index(context: Context, _: Job) -> None:
    """Make and fill the indexes that are missing."""
    await service.index(context)
