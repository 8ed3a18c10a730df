"""Builders for records: the block running with its data operations, and registries with records in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from govstack.blocks.registries.design.model import Definition, Registry
from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.records import api as records_api
from govstack.blocks.registries.records import dialect as records_dialect
from govstack.blocks.registries.records import service as records
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Routes
from tests.builders.registries import ANALYST, definition, field, published
from tests.builders.running import ORIGIN, Bench, bench
from tests.databases import Databases

PREFIX = f"{ORIGIN}/api/v1"
CALLER = {"information-mediator-client": "eGovStack/GOV/90000009/digitalregistries"}


def card() -> Manifest:
    """The card of the block with the data operations joined, whether or not it joins them itself already."""
    return replace(
        MANIFEST,
        api=_with(MANIFEST.api, records_api.routes),
        dialect=_with(MANIFEST.dialect or Routes(face="dialect"), records_dialect.routes),
    )


def _with(routes: Routes, further: Routes) -> Routes:
    joined = Routes()
    joined.operations = [*routes.operations, *(one for one in further.operations if one not in routes.operations)]
    return joined


async def desk(databases: Databases, **settings: str) -> Bench:
    """The block running on a fresh database."""
    manifest = card()
    return bench(manifest, await databases.migrated("registries", manifest.root / "migrations"), **settings)


def path(registry: Registry, rest: str = "") -> str:
    """The address of a registry's data operations."""
    return f"{PREFIX}/data/{registry.code}/{registry.version}{rest}"


def analyst(running: Bench) -> httpx.AsyncClient:
    """A client that may do everything with records."""
    return running.person("analyst", "registries:analyse", name="Ann Analyst")


def plain(code: str = "", **rest: Any) -> Definition:
    """A definition without personal data: an indexed code, a name, a number, a truth and a date."""
    fields = (
        field("Code", indexed=True, length_max=40),
        field("Name"),
        *rest.pop("further", ()),
    )
    return definition(code, fields, **rest)


async def stocked(
    context: Context, *contents: Mapping[str, object], by: Actor = ANALYST, given: Definition | None = None, **rest: Any
) -> Registry:
    """A published registry with records."""
    registry = await published(context, given, **rest)
    for content in contents:
        await records.create(context, by=by, registry=registry, content=content)
    return registry


async def content_of(context: Context, registry: Registry) -> list[dict[str, Any]]:
    """The contents of all records in use, oldest first, as an analyst sees them."""
    from govstack.blocks.registries.reading import service as reading
    from govstack.blocks.registries.reading.model import PAGE_RECORDS_MAX, Search

    contents: list[dict[str, Any]] = []
    page, more = 1, True
    while more:
        part = Search(page=page, size=PAGE_RECORDS_MAX)
        found = await reading.search(context, by=ANALYST, registry=registry, search=part)
        contents += [dict(record.content) for record in found.records]
        page, more = page + 1, found.more
    return contents
