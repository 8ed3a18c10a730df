"""Use cases of the first page."""

from __future__ import annotations

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Power
from govstack.blocks.mediator.overview import store
from govstack.blocks.mediator.overview.model import Depths
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context


async def depths(context: Context, *, by: Actor) -> Depths:
    """Return how many events wait in queues and how many were given up, for whoever runs this instance."""
    directory.require(by, Power.READ)
    async with context.database.reading(one_statement=True) as tx:
        return await store.depths(tx)
