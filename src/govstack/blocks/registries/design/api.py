"""Management of definitions: registries, drafts and publishing (DRS-28 to DRS-30)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.registries.design import schemas, service
from govstack.blocks.registries.design.errors import (
    BadDefinition,
    BreakingChanges,
    DataContradicts,
    ReservedCode,
    UnknownRegistry,
)
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("registries",))


class FindQuery(msgspec.Struct, rename="camel", frozen=True):
    """Which registries to list."""

    domain: Annotated[str, Meta(description="Only registries of a domain")] = ""
    lifecycle: Annotated[str, Meta(description="draft, published or archived")] = ""


@routes.get(
    "/registries", access=signed_in(), query=FindQuery, answer=schemas.RegistryList, operation_id="listRegistries"
)
async def list_registries(call: Call) -> schemas.RegistryList:
    """List the registries whose definition the caller manages or may see."""
    found = await service.definitions(call.context, by=call.actor)
    return schemas.RegistryList(
        [
            schemas.registry(parts)
            for parts in found
            if call.query.domain in {"", parts[0].domain} and call.query.lifecycle in {"", parts[0].lifecycle.value}
        ]
    )


@routes.get("/catalogues", access=signed_in(), answer=schemas.CatalogueList, operation_id="listCatalogues")
async def list_catalogues(call: Call) -> schemas.CatalogueList:
    """List the catalogues that registries stand in."""
    return schemas.CatalogueList([schemas.catalogue(one) for one in await service.catalogues(call.context)])


@routes.get(
    "/registries/{code}", access=signed_in(), answer=schemas.RegistryShape, operation_id="readRegistry",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def read_registry(call: Call) -> schemas.RegistryShape:
    """Read a registry: its newest version, or its draft when nothing was published."""
    return schemas.registry(await service.definition(call.context, by=call.actor, key=call.path["code"]))


@routes.get(
    "/registries/{code}/versions/{version}", access=signed_in(), answer=schemas.RegistryShape,
    operation_id="readVersion", errors=(UnknownRegistry,),
)  # fmt: skip
async def read_version(call: Call) -> schemas.RegistryShape:
    """Read one version of a registry."""
    return await _part(call, call.path["version"])


@routes.get(
    "/registries/{code}/draft", access=signed_in(), answer=schemas.RegistryShape, operation_id="readDraft",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def read_draft(call: Call) -> schemas.RegistryShape:
    """Read what waits to be published."""
    return await _part(call, "")


async def _part(call: Call, version: str) -> schemas.RegistryShape:
    parts = await service.definition(call.context, by=call.actor, key=call.path["code"])
    for part in parts:
        if part.version == version:
            return schemas.registry(parts, part)
    raise UnknownRegistry


@routes.put(
    "/registries/{code}/draft", access=signed_in(), body=schemas.DefinitionRequest, answer=schemas.RegistryShape,
    operation_id="writeDraft", errors=(BadDefinition, ReservedCode),
    body_types=("application/json", "application/yaml"),
)  # fmt: skip
async def write_draft(call: Call, body: schemas.DefinitionRequest) -> schemas.RegistryShape:
    """Create a registry, or change its draft; the published versions stay as they are."""
    wanted = schemas.definition(call.path["code"], body)
    draft = await service.upsert_definition(call.context, by=call.actor, definition=wanted)
    return schemas.registry((draft,))


@routes.get(
    "/registries/{code}/draft/changes", access=signed_in(), answer=schemas.PreviewAnswer,
    operation_id="previewPublishing", errors=(UnknownRegistry,),
)  # fmt: skip
async def preview_publishing(call: Call) -> schemas.PreviewAnswer:
    """Tell what publishing the draft would change and break."""
    changes, problems = await service.preview(call.context, by=call.actor, code=call.path["code"])
    return schemas.PreviewAnswer(
        [schemas.change(one) for one in changes], any(one.breaking for one in changes), problems
    )


@routes.post(
    "/registries/{code}/publish", access=signed_in(), body=schemas.PublishRequest, answer=schemas.PublishAnswer,
    operation_id="publishRegistry", errors=(BadDefinition, BreakingChanges, DataContradicts, UnknownRegistry),
)  # fmt: skip
async def publish_registry(call: Call, body: schemas.PublishRequest) -> schemas.PublishAnswer:
    """Publish the draft as a new version with its services."""
    made, changes = await service.publish(
        call.context, by=call.actor, code=call.path["code"], accept_breaking=body.accept_breaking, version=body.version
    )
    parts = await service.definition(call.context, by=call.actor, key=call.path["code"])
    return schemas.PublishAnswer(schemas.registry(parts, made), [schemas.change(one) for one in changes])
