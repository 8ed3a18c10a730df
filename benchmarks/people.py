"""The registries that the benchmarks measure: one of people, whose readings are logged, and one without personal data.

Both have the same fields and the same indexes. The block runs alone as the conformance profile has it: nobody signs in.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from tests.databases import databases_of
from tests.shelf import POSTGRES_URL

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Definition, Field, FieldType, Registry
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.manifest import MANIFEST
from govstack.host import compose
from govstack.kernel.actor import Actor
from govstack.kernel.db import Database
from govstack.kernel.mediation import Credentials, Network
from govstack.kernel.settings import load

SECRET = "a-secret-for-measuring-only-0123456789"
LOADER = Actor.system("benchmark")
POOL_SIZE = 8
PEOPLE, THINGS = "people", "things"
# So many have the same last name, which is indexed; identifiers are unique.
NAMESAKES = 20
POSTGRES = bool(os.environ.get("GOVSTACK_TEST_POSTGRES"))  # noqa: TID251 (as the tests have it)


async def settled(database: Database) -> None:
    """Let PostgreSQL clean up and count, as it does by itself within minutes; the owner of the tables may."""
    if database.dialect != "postgres":
        return
    async with database.reading(one_statement=True) as tx:
        tables = await tx.fetch("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = current_schema()")
    owner = await asyncpg.connect(POSTGRES_URL)
    try:
        for one in tables:
            await owner.execute(f'VACUUM ANALYZE "{one["schemaname"]}"."{one["tablename"]}"')
    finally:
        await owner.close()


def person(number: int, count: int) -> dict[str, object]:
    """Return one of some people, or a thing that is described like them."""
    return {
        "ID": f"EE{number:010}", "FirstName": "Anna", "LastName": f"Smith{number % max(1, count // NAMESAKES)}",
        "BirthDate": "1990-01-02", "Region": "North",
    }  # fmt: skip


def definition(code: str, *, personal: bool = True) -> Definition:
    """Return the registry's definition; without personal data nothing is logged about a reading."""
    return Definition(
        code,
        (
            Field("ID", 0, unique=True, person_identifier=personal, length_max=40),
            Field("FirstName", 0, personal=personal),
            Field("LastName", 0, personal=personal, indexed=True, length_max=100),
            Field("BirthDate", 0, FieldType.DATE, personal=personal),
            Field("Region", 0),
        ),
    )


@asynccontextmanager
async def block(
    dialect: str, folder: str, *, synchronous: str = "FULL"
) -> AsyncIterator[tuple[compose.Running, Database, str]]:
    """The registries block on a database of its own, which is removed again; and the schema it has on PostgreSQL."""
    async with databases_of(dialect, Path(folder)) as databases:
        database = databases.open(MANIFEST.name, synchronous=synchronous, pool_size=POOL_SIZE)
        await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations")
        settings = load({}, extra=MANIFEST.settings, packages=[MANIFEST.name])
        wiring = compose.Wiring(
            settings=settings.changed(PROFILE="conformance", RATE_PER_SECOND="0", LOG_LEVEL="INFO"),
            network=Network(),
            secret=SECRET,
            base_url="http://127.0.0.1",
            credentials=lambda application: Credentials(application, "secret"),
        )
        yield compose.assemble(MANIFEST, wiring, database), database, f"{databases.prefix}{MANIFEST.name}"


async def registry(running: compose.Running, code: str, *, records: int, personal: bool = True) -> Registry:
    """Publish a registry and load it."""
    await design.upsert_definition(running.context, by=LOADER, definition=definition(code, personal=personal))
    made, _ = await design.publish(running.context, by=LOADER, code=code)
    rows = (person(number, records) for number in range(records))
    await loading.load(running.context, by=LOADER, registry=made, rows=rows)
    return made
