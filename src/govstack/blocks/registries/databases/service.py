"""The published Database API: what each caller sees of databases, and creating and changing them."""

from __future__ import annotations

from dataclasses import replace

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.databases.model import NO_CATALOGUE, Shelf
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import BreakingChanges, UnknownRegistry
from govstack.blocks.registries.design.model import (
    Definition,
    Field,
    Lifecycle,
    Path,
    Registry,
    ServiceKind,
    may_see_definition,
)
from govstack.blocks.registries.lifecycle import service as lifecycle
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden

DATABASES_MAX = 5_000


async def read(context: Context, *, by: Actor, database_id: int) -> Registry:
    """Return the newest version of a database, or its draft, as far as the caller may see it.

    Raises UnknownRegistry and Forbidden.
    """
    try:
        return (await design.definition(context, by=by, key=database_id))[0]
    except Forbidden:
        shown = await seen(context, by=by, registry=await design.by_id(context, registry_id=database_id))
        if shown is None:
            raise
        return shown


async def seen(context: Context, *, by: Actor, registry: Registry) -> Registry | None:
    """Return a version without the fields hidden from the caller, or None when even its schema is."""
    if may_see_definition(by, registry.stewards):
        return registry
    may = await access.decision(context, by=by, registry=registry)
    if not may.may(ServiceKind.SCHEMA) or registry.lifecycle is Lifecycle.DRAFT:
        return None
    visible = may.visible_fields(ServiceKind.SCHEMA)
    if visible is None:
        return registry
    return replace(registry, fields=_kept(registry.fields, visible, ()))


def _kept(fields: tuple[Field, ...], visible: frozenset[Path], above: Path) -> tuple[Field, ...]:
    kept = []
    for one in fields:
        path = (*above, one.name)
        if path in visible:
            kept.append(one)
        elif any(each[: len(path)] == path for each in visible):
            kept.append(replace(one, fields=_kept(one.fields, visible, path)))
    return tuple(kept)


async def shelf(context: Context, *, by: Actor, group: str = "") -> Shelf:
    """Return all databases and versions the caller may see, with the catalogue they are shown under.

    The published answer is one object, so it names one catalogue: the wanted one, with its own databases only, else the
    first, with all there are.
    """
    catalogues = await design.catalogues(context)
    wanted = [one for one in catalogues if group in {"", one.code, str(one.id)}]
    if group and not wanted:
        raise UnknownRegistry("There is no catalogue with this code or id.")
    ids = {one.id for one in wanted}
    found: list[Registry] = []
    for parts in await design.all_definitions(context):
        for part in parts:
            if part.catalogue_id in ids and len(found) < DATABASES_MAX:
                shown = await seen(context, by=by, registry=part)
                found += [shown] if shown is not None else []
    return Shelf(wanted[0] if wanted else NO_CATALOGUE, tuple(found))


async def modify(context: Context, *, by: Actor, definition: Definition, publish: bool) -> Registry:
    """Create or change a database by code and return its draft, or what was published when that was asked for.

    Changes that would break callers stay in the draft, for a person to accept.
    """
    draft = await design.upsert_definition(context, by=by, definition=definition)
    if not publish:
        return draft
    try:
        return (await design.publish(context, by=by, code=definition.code))[0]
    except BreakingChanges:
        return draft


async def delete(context: Context, *, by: Actor, database_id: int) -> None:
    """Delete a database; one that is not there is deleted already."""
    await lifecycle.delete_database(context, by=by, key=database_id)
