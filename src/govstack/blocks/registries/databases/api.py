"""The published Database API (database API 1.1.0), in the document's spelling."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.registries.databases import schemas, service
from govstack.blocks.registries.design.errors import BadDefinition, ReservedCode, StillLinked, UnknownRegistry
from govstack.kernel.routing import Call, Routes, signed_in

CLIENT_HEADER = {"Information-Mediator-Client": "INSTANCE/CLASS/MEMBER/SUBSYSTEM of the caller"}
routes = Routes(tags=("databases",))


class ShelfQuery(msgspec.Struct, frozen=True):
    """Which databases to list."""

    group: Annotated[str, Meta(description="Code or id of a catalogue; without it all databases are listed")] = ""


@routes.get(
    "/databases", access=signed_in(), query=ShelfQuery, answer=schemas.Databases, operation_id="listDatabases",
    headers=CLIENT_HEADER,
)  # fmt: skip
async def list_databases(call: Call) -> schemas.Databases:
    """List the databases with their schema versions."""
    schemas.refuse_malformed_caller(call.headers)
    return schemas.databases(await service.shelf(call.context, by=call.actor, group=call.query.group))


@routes.get(
    "/database/{id}", access=signed_in(), answer=schemas.DatabaseInfo, operation_id="readDatabase",
    headers=CLIENT_HEADER, errors=(UnknownRegistry,),
)  # fmt: skip
async def read_database(call: Call) -> schemas.DatabaseInfo:
    """Read a database and its schema."""
    schemas.refuse_malformed_caller(call.headers)
    number = schemas.database_id(call.path["id"])
    return schemas.info(await service.read(call.context, by=call.actor, database_id=number))


@routes.delete(
    "/database/{id}", access=signed_in(), answer=str, operation_id="deleteDatabase", headers=CLIENT_HEADER,
    errors=(StillLinked,),
)  # fmt: skip
async def delete_database(call: Call) -> str:
    """Delete a database; deleting it again succeeds as well."""
    schemas.refuse_malformed_caller(call.headers)
    await service.delete(call.context, by=call.actor, database_id=schemas.database_id(call.path["id"]))
    return "Success"


@routes.post(
    "/database/modify", access=signed_in(), body=schemas.ModifyRequest, answer=schemas.SchemaObject,
    operation_id="modifyDatabase", headers=CLIENT_HEADER, errors=(BadDefinition, ReservedCode),
)  # fmt: skip
async def modify_database(call: Call, body: schemas.ModifyRequest) -> dict[str, object]:
    """Create or change a schema, by the code of its database."""
    schemas.refuse_malformed_caller(call.headers)
    made = await service.modify(call.context, by=call.actor, definition=schemas.definition(body), publish=body.publish)
    return schemas.schema_object(made)
