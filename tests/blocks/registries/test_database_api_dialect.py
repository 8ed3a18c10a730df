"""What published clients send to the Database API, and the seed they expect."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import OFF_AT_FIRST, ServiceKind
from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.seeding.service import reset_databases
from tests.builders.registries import published, running
from tests.builders.running import Bench
from tests.databases import Databases

HEADERS = {"Information-Mediator-Client": "eGovStack/GOV/90000009/digitalregistries"}
KEYS = {"id", "name", "code", "databases", "group_id", "order", "data_index_increment"}
SAMPLE = {
    "group_name": "Test",
    "catalog_name": "Mother and Child",
    "code": "MCR",
    "schema": {
        "type": "some object",
        "properties": {
            "ID": {
                "type": "some string",
                "primaryKey": True,
                "readOnly": True,
                "description": "Registration ID",
                "id": 1,
            },
            "Child": {"type": "some object", "properties": {"ID": {"type": " some string", "id": 13}}},
        },
        "incrementIndex": 20,
        "required": ["ID"],
    },
}


@pytest.fixture
async def block(sqlite_databases: Databases) -> Bench:
    return await seeded(sqlite_databases)


async def seeded(databases: Databases) -> Bench:
    """The block as published clients find it."""
    made = await running(databases, PROFILE="conformance")
    await reset_databases(made.context)
    return made


def client(block: Bench) -> Any:
    """A published client: it names itself in a header and sends no credentials."""
    return block.client(**HEADERS)


@pytest.mark.requirement("DR-D18", "DR-D3", "SD-23")
@pytest.mark.parametrize("number", [1, 123, 8438778473, 3287483474, 8484848484])
async def test_a_seeded_database_is_read(block: Bench, number: int) -> None:
    async with client(block) as caller:
        answer = await caller.get(f"/database/{number}")

    assert (answer.status_code, answer.json()["id"]) == (200, number)
    assert "application/json" in answer.headers["content-type"]


@pytest.mark.requirement("DR-D2")
async def test_a_database_is_written_in_the_spelling_of_its_clients(block: Bench) -> None:
    async with client(block) as caller:
        one = (await caller.get("/database/1")).json()

    assert {
        "number_format": "{code}{indexNoByCode}",
        "schema_tags": [{"name": "", "path": "/Child/Citizenship", "is_fulltext": True}],
        "schema_flags": [{"name": "mandatory", "path": "/ID"}], "is_draft": False, "is_disabled": False,
        "is_archived": False, "modified_at": "2021-10-03T08:35:01.775915Z", "by_user_name": "ingmar.dev",
        "by_user_auth_id": 1, "by_on_behalf_of_user_auth_id": 0, "by_on_behalf_of_user_name": None, "has_logo": False,
        "version": "1.1", "name": "MCTS", "institution": "Ministry of Social Affairs",
    }.items() <= one.items()  # fmt: skip
    assert {"service_id", "name", "is_visible", "used_count"} == set(one["generic_services"][0])
    assert one["schema"]["properties"]["ID"]["triggers"][0]["actions"][0] == {
        "type": "set-value", "value": "MCTS{indexNoByCode}", "field_id": 1,
    }  # fmt: skip


@pytest.mark.requirement("DR-D19")
@pytest.mark.parametrize("number", [75858, 6745, 896756, 234234])
async def test_a_seeded_database_is_deleted_each_time(block: Bench, number: int) -> None:
    async with client(block) as caller:
        answers = [await caller.delete(f"/database/{number}") for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, "Success")] * 2


@pytest.mark.requirement("DR-D20")
async def test_the_list_is_one_object_with_seven_keys(block: Bench) -> None:
    async with client(block) as caller:
        listed = (await caller.get("/databases")).json()

    assert set(listed) == KEYS
    assert (listed["id"], listed["name"], listed["code"], listed["group_id"], listed["order"]) == (
        85, "Mother and Child", "MCTS", 10, 76,
    )  # fmt: skip
    assert {1, 123, 8438778473, 34536} <= {one["id"] for one in listed["databases"]}


@pytest.mark.requirement("DR-D21")
async def test_a_schema_of_types_that_are_none_is_taken_each_time(block: Bench) -> None:
    async with client(block) as caller:
        empty = await caller.post("/database/modify")
        answers = [await caller.post("/database/modify", json=SAMPLE) for _ in range(2)]
        listed = (await caller.get("/databases")).json()["databases"]

    assert empty.status_code == 400
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["properties"]["Child"]["properties"]["ID"]["type"] == " some string"
    assert sum(one["name"] == "MCR" for one in listed) == 1


async def test_the_documents_spelling_stays_at_its_own_address(block: Bench) -> None:
    async with client(block) as caller:
        listed = (await caller.get("/api/v1/databases")).json()

    assert "groupId" in listed


@pytest.mark.requirement("DR-D4", "SD-25")
@pytest.mark.parametrize("code", ["registryname", "registryempty"])
async def test_the_seeded_registries_take_repeated_ids(block: Bench, code: str) -> None:
    registry = await design.published(block.context, code=code, version="111")

    assert registry.field_names == ("ID", "FirstName", "LastName", "BirthCertificateID")
    assert not any(one.key for one in registry.fields)
    assert registry.person_field is not None
    assert all(registry.works(kind) for kind in set(ServiceKind) - OFF_AT_FIRST)
    assert registry.id in await design.ids_of_acronym(block.context, acronym="MCTS")


async def test_seeding_again_restores_the_exact_state(databases: Databases) -> None:
    block = await seeded(databases)
    async with client(block) as caller:
        before = (await caller.get("/databases")).json()
        await caller.delete("/database/1")
        await caller.post("/database/modify", json={**SAMPLE, "publish": True})
    await published(block.context, code="intruder")

    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(block.context)

    async with client(block) as caller:
        after = (await caller.get("/databases")).json()
    assert [_without_numbers(one) for one in after["databases"]] == [
        _without_numbers(one) for one in before["databases"]
    ]


def _without_numbers(one: dict[str, Any]) -> dict[str, Any]:
    services = [service["name"] for service in one["generic_services"]]
    kept = {key: value for key, value in one.items() if key != "generic_services"}
    if not one["name"].startswith("MCTS"):
        kept.pop("modified_at")
    return {**kept, "services": services}


async def test_only_the_conformance_profile_is_reset(sqlite_databases: Databases) -> None:
    made = await running(sqlite_databases)
    registry = await published(made.context)

    with pytest.raises(RuntimeError):
        await reset_databases(made.context)

    assert (await design.latest(made.context, code=registry.code)).id == registry.id
