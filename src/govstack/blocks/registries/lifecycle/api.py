"""Management of whole registries and versions: archive, delete, set the key."""

from __future__ import annotations

from govstack.blocks.registries.design import schemas as design_schemas
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import StillLinked, UnknownRegistry
from govstack.blocks.registries.lifecycle import schemas, service
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(tags=("registries",))


@routes.post(
    "/registries/{code}/archive", access=signed_in(), body=schemas.ArchiveRequest, answer=design_schemas.RegistryShape,
    operation_id="archiveRegistry", errors=(UnknownRegistry,),
)  # fmt: skip
async def archive_registry(call: Call, body: schemas.ArchiveRequest) -> design_schemas.RegistryShape:
    """Archive a registry or one version, or take it back; what is archived is only read."""
    code = call.path["code"]
    made = await service.archive(call.context, by=call.actor, code=code, version=body.version, restore=body.restore)
    return design_schemas.registry(await design.definition(call.context, by=call.actor, key=code), made)


@routes.delete(
    "/registries/{code}/versions/{version}", access=signed_in(), status=204, operation_id="deleteVersion",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def delete_version(call: Call) -> None:
    """Delete a version and its services; records stay."""
    await service.delete_version(call.context, by=call.actor, code=call.path["code"], version=call.path["version"])


@routes.delete(
    "/registries/{code}", access=signed_in(), status=204, operation_id="deleteRegistry",
    errors=(StillLinked,),
)  # fmt: skip
async def delete_registry(call: Call) -> None:
    """Delete a registry with its versions and services; records stay for their time of retention."""
    await service.delete_database(call.context, by=call.actor, key=call.path["code"])


@routes.put(
    "/registries/{code}/key", access=signed_in(), body=schemas.KeyRequest, status=204, operation_id="setKey",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def set_key(call: Call, body: schemas.KeyRequest) -> None:
    """Set the key of the registry's secret fields."""
    await service.set_key(call.context, by=call.actor, code=call.path["code"], key=body.key)
