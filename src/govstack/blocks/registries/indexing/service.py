"""Giving registries the text indexes they lack."""

from __future__ import annotations

import structlog

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import searched_fields
from govstack.blocks.registries.narrowing import service as narrowing
from govstack.kernel.context import Context

TOLD = "registries.text-index-told"
_log = structlog.get_logger(__name__)


async def index(context: Context) -> None:
    """Provide what was never provided, and fill what is not filled; says once when the database cannot do it."""
    async with context.database.reading() as tx:
        missing, unfilled = await narrowing.waiting(tx)
        possible = await narrowing.is_possible(tx)
    if not possible:
        if (missing or unfilled) and not context.memory.setdefault(TOLD, False):
            context.memory[TOLD] = True
            _log.warning("registries.text_search_unindexed", dialect=context.database.dialect)
        return
    for registry_id in missing:
        await _provide(context, registry_id)
    for registry_id in dict.fromkeys([*missing, *unfilled]):
        await narrowing.fill(context.database, registry_id)


async def _provide(context: Context, registry_id: int) -> None:
    try:
        newest = await design.by_id(context, registry_id=registry_id)
        versions = await design.versions(context, code=newest.code)
    except UnknownRegistry:  # its versions were deleted: nothing is searched until one is published
        return
    async with context.database.transaction() as tx:
        await narrowing.provide(tx, registry_id, searched_fields(versions))
