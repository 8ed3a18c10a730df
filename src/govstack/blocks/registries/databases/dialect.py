"""The published Database API as its published clients spell it: snake_case (DR-D2, DR-D18 to DR-D20)."""

from __future__ import annotations

from govstack.blocks.registries.databases import schemas, service
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.kernel.routing import Call, Routes, signed_in

routes = Routes(face="dialect", tags=("databases",))


@routes.get("/databases", access=signed_in(), answer=schemas.DialectDatabases, operation_id="listDatabasesSnake")
async def list_databases(call: Call) -> schemas.DialectDatabases:
    """List the databases with their schema versions."""
    schemas.refuse_malformed_caller(call.headers)
    return schemas.dialect_databases(await service.shelf(call.context, by=call.actor))


@routes.get(
    "/database/{id}", access=signed_in(), answer=schemas.DialectInfo, operation_id="readDatabaseSnake",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def read_database(call: Call) -> schemas.DialectInfo:
    """Read a database and its schema."""
    schemas.refuse_malformed_caller(call.headers)
    number = schemas.database_id(call.path["id"])
    return schemas.dialect_info(await service.read(call.context, by=call.actor, database_id=number))
