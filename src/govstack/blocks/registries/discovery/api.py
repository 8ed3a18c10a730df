"""Schema, services and the live OpenAPI document of each version, under the rights of the caller (DRS-32, DRS-34)."""

from __future__ import annotations

from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.discovery import presenters, schemas, service
from govstack.kernel.routing import Answer, Call, Routes, by_policy

routes = Routes(tags=("discovery",))
SCHEMA_RIGHT = by_policy("may read the schema of the registry")


@routes.get("/data", access=SCHEMA_RIGHT, answer=schemas.OfferedList, operation_id="listOffered")
async def list_offered(call: Call) -> schemas.OfferedList:
    """List the registries and versions the caller may know of, with their services."""
    found = await service.offered(call.context, by=call.actor)
    return schemas.OfferedList([schemas.offered(one) for one in found])


@routes.get(
    "/data/{registryName}/{versionNumber}/schema", access=SCHEMA_RIGHT, answer=schemas.SchemaAnswer,
    operation_id="readSchema", errors=(UnknownRegistry,),
)  # fmt: skip
async def read_schema(call: Call) -> schemas.SchemaAnswer:
    """Read the schema of a version and the services there are."""
    known = await service.known(
        call.context, by=call.actor, code=call.path["registryName"], version=call.path["versionNumber"]
    )
    return schemas.schema(known)


@routes.get(
    "/data/{registryName}/{versionNumber}/services", access=SCHEMA_RIGHT, answer=schemas.ServicesAnswer,
    operation_id="listOfferedServices", errors=(UnknownRegistry,),
)  # fmt: skip
async def list_services(call: Call) -> schemas.ServicesAnswer:
    """List the services of a version that the caller may use."""
    known = await service.known(
        call.context, by=call.actor, code=call.path["registryName"], version=call.path["versionNumber"]
    )
    return schemas.ServicesAnswer(schemas.services(known))


@routes.get(
    "/data/{registryName}/{versionNumber}/openapi.json", access=SCHEMA_RIGHT, answer=schemas.Document,
    operation_id="readRegistryOpenapi", errors=(UnknownRegistry,),
)  # fmt: skip
async def read_document(call: Call) -> Answer:
    """Read the OpenAPI 3.1 document of a version, made from its schema as it is now."""
    known = await service.known(
        call.context, by=call.actor, code=call.path["registryName"], version=call.path["versionNumber"], examples=True
    )
    # Addresses in the document start where this call's own does, so that it works below any mount.
    above = call.url_path.partition("/data/")[0]
    return Answer(value=presenters.document(known, server=f"{call.context.public_url}{_prefix(above, call.mount)}"))


def _prefix(above: str, mount: str) -> str:
    return above.removeprefix(mount)
