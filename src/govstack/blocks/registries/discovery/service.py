"""Finding out about a registry under the rights of the caller (DRS-32, DRS-34)."""

from __future__ import annotations

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.databases import service as databases
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import ServiceKind
from govstack.blocks.registries.discovery.model import Known, may_show_records
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden, Unauthenticated


async def known(context: Context, *, by: Actor, code: str, version: str, examples: bool = False) -> Known:
    """Return what the caller may know of a version; raises UnknownRegistry, Forbidden, Unauthenticated."""
    registry = await design.published(context, code=code, version=version)
    if not registry.works(ServiceKind.SCHEMA):
        raise UnknownRegistry
    may = await access.decision(context, by=by, registry=registry)
    shown = await databases.seen(context, by=by, registry=registry)
    if shown is None:
        raise Forbidden if by.signed_in else Unauthenticated
    sample: dict[str, object] = {}
    if examples and may_show_records(registry) and may.sees_all(ServiceKind.LIST):
        sample = await design.sample(context, registry)
    design.count_use(context, registry, ServiceKind.SCHEMA)
    return Known(shown, may, sample)


async def offered(context: Context, *, by: Actor) -> list[Known]:
    """Return every published version whose schema the caller may see, newest first within a registry."""
    found = []
    for parts in await design.all_definitions(context):
        for part in parts:
            if part.version and part.works(ServiceKind.SCHEMA):
                shown = await databases.seen(context, by=by, registry=part)
                if shown is not None:
                    found.append(Known(shown, await access.decision(context, by=by, registry=part), {}))
    return found
