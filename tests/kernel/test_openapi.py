"""The OpenAPI document is valid, complete and true."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

from tests.builders.running import bench
from tests.builders.sample import SAMPLE
from tests.databases import Databases


@pytest.mark.requirement("X024", "X041", "X039")
async def test_the_document_is_valid_openapi_31(sqlite_databases: Databases) -> None:
    running = bench(SAMPLE, await sqlite_databases.migrated())

    document = (await running.client().get("/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    validate(document)


@pytest.mark.requirement("X053")
async def test_every_operation_for_machines_is_documented_with_its_access(sqlite_databases: Databases) -> None:
    running = bench(SAMPLE, await sqlite_databases.migrated())

    document = (await running.client().get("/openapi.json")).json()

    for operation in SAMPLE.api.operations:
        described = document["paths"][f"/api/v1{operation.path}"][operation.method.lower()]
        assert described["x-access"] == str(operation.access)


async def test_names_on_the_wire_are_those_of_the_shapes(sqlite_databases: Databases) -> None:
    running = bench(SAMPLE, await sqlite_databases.migrated())

    document = (await running.client().get("/openapi.json")).json()

    parameters = document["paths"]["/api/v1/notes"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["word", "pageSize"]
