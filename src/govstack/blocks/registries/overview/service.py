"""What the first pages show: registries with the number of their records, and the acts that the audit trail holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import Lifecycle, Registry
from govstack.blocks.registries.overview.model import PAGE_REGISTRIES, Line, Listing, Subject, Wanted
from govstack.kernel import audit
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context

ACTS_SHOWN = 50


async def registries(context: Context, *, by: Actor, wanted: Wanted) -> Listing:
    """Return one page of the registries whose definition somebody may see, by name."""
    found = [parts for parts in await design.definitions(context, by=by) if wanted.fits(parts[0])]
    found.sort(key=lambda parts: (parts[0].name or parts[0].code).casefold())
    page = min(max(wanted.page, 1), max(1, -(-len(found) // PAGE_REGISTRIES)))
    shown = found[(page - 1) * PAGE_REGISTRIES : page * PAGE_REGISTRIES]
    lines = [Line(parts[0], bool(parts[0].version) and not parts[-1].version) for parts in shown]
    counts = await records_in_use(context, [one.registry for one in lines])
    return Listing([replace(one, records=counts[one.registry.id]) for one in lines], len(found), page)


async def records_in_use(context: Context, found: Sequence[Registry]) -> dict[int, int]:
    """Return how many records each registry has in use; a draft has none."""
    async with context.database.reading() as tx:
        return {
            one.id: 0 if one.lifecycle is Lifecycle.DRAFT else await changes.live_count(tx, one.id) for one in found
        }


async def acts(
    context: Context, *, by: Actor, code: str, subject: Subject, actor: str = "", before: int = 0
) -> tuple[Registry, Sequence[audit.Entry]]:
    """Return a registry and what was done to it, newest first, before a number; raises Forbidden (DRS-7)."""
    parts = await design.definition(context, by=by, key=code)
    registry = parts[0]
    about = f"registry:{registry.code}"
    name, action = {
        Subject.DEFINITION: (about, "registries.registry."),
        Subject.RIGHTS: (about, "registries.grant."),
        Subject.CHECKS: (registry.code, ""),
        Subject.REFUSED: (f"{registry.code}/{registry.version}", ""),
    }[subject]
    async with context.database.reading() as tx:
        entries = await audit.entries(tx, subject=name, action=action, actor=actor, before=before, limit=ACTS_SHOWN + 1)
    return registry, entries


async def is_taken(context: Context, *, code: str) -> bool:
    """Tell whether a registry has this code already, whoever may see it."""
    try:
        await design.definition(context, by=SYSTEM, key=code)
    except UnknownRegistry:
        return False
    return True
