"""Use cases of the workbench: open a draft, and keep it after one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Definition, Field, Registry, may_manage
from govstack.blocks.registries.drafting.errors import UnknownField
from govstack.blocks.registries.drafting.model import Draft, find, tidied
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden


async def watched(context: Context, *, by: Actor, code: str) -> Draft:
    """Return the draft of a registry, or its newest version when nothing is drafted, to look at."""
    parts = await design.definition(context, by=by, key=code)
    found = (await design.preview(context, by=by, code=code))[1] if not parts[-1].version else {}
    now = parts[-1] if not parts[-1].version else parts[0]
    return Draft(now, parts[0] if parts[0].version else None, found)


async def opened(context: Context, *, by: Actor, code: str) -> Draft:
    """Return the draft of a registry, or its newest version, to work on; raises Forbidden."""
    draft = await watched(context, by=by, code=code)
    if not may_manage(by, draft.now.stewards):
        raise Forbidden
    return draft


def field(draft: Draft, number: str) -> tuple[tuple[str, ...], Field]:
    """Return a field of a draft and its path, by the number in an address; raises UnknownField."""
    found = find(draft.now.fields, int(number)) if number.isdecimal() and len(number) < 12 else None
    if found is None:
        raise UnknownField
    return found


async def save(
    context: Context, *, by: Actor, draft: Draft, fields: Sequence[Field] | None = None, **changes: object
) -> Registry:
    """Keep a draft with other fields, or with other rules for the whole registry; raises BadDefinition, Forbidden."""
    now = replace(draft.now, fields=tuple(fields) if fields is not None else draft.now.fields, **changes)  # type: ignore[arg-type]
    return await design.upsert_definition(context, by=by, definition=_definition(tidied(now)))


async def save_details(context: Context, *, by: Actor, draft: Draft, details: Definition) -> Registry:
    """Keep what is true of all versions: name, owner, classification and the like."""
    kept = _definition(draft.now)
    wanted = replace(
        details, fields=kept.fields, number_format=kept.number_format, increment_index=kept.increment_index,
        uniques=kept.uniques, tags=kept.tags, flags=kept.flags, custom_services=kept.custom_services,
    )  # fmt: skip
    return await design.upsert_definition(context, by=by, definition=wanted)


def _definition(registry: Registry) -> Definition:
    """Return a draft as a definition, with the custom services it brought from a document."""
    custom = () if registry.version else tuple(one for one in registry.service_list if one.custom)
    return replace(design.as_definition(registry), custom_services=custom)


async def registries_to_link(context: Context, *, draft: Draft) -> list[Registry]:
    """Return the registries that a field may link to, this one first."""
    others = [one for one in await design.everything(context) if one.id != draft.now.id]
    return [draft.now, *sorted(others, key=lambda one: one.code.casefold())]
