"""The published Database API in the document's spelling, and finding out about a registry."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from govstack.blocks.registries.design.model import FieldType, ServiceKind
from tests.builders.registries import closed, field, granted, published, running
from tests.builders.running import Bench
from tests.databases import Databases

BASE = "/api/v1"
CLIENT = {"Information-Mediator-Client": "eGovStack/GOV/90000009/digitalregistries"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"ID": {"type": "string", "id": 1}, "Name": {"type": "string", "id": 2}},
    "required": ["ID"],
    "incrementIndex": 2,
}
MODIFY = {"groupName": "Test", "catalogName": "Mother and Child", "code": "MCR", "schema": SCHEMA}
REGISTRY = {"schema": SCHEMA, "name": "Mothers", "domain": "health", "classification": "restricted"}


@pytest.fixture
async def block(sqlite_databases: Databases) -> Bench:
    return await running(sqlite_databases)


def administrator(block: Bench) -> Any:
    """A client with the right to define registries."""
    return block.person("ada", "registries:administer")


@pytest.mark.requirement("DRS-28", "DRS-29")
async def test_a_developer_creates_databases_through_the_published_api(block: Bench) -> None:
    async with administrator(block) as client:
        made = await client.post(f"{BASE}/database/modify", json=MODIFY, headers=CLIENT)
        await client.post(f"{BASE}/database/modify", json={**MODIFY, "code": "OTHER"}, headers=CLIENT)
        listed = (await client.get(f"{BASE}/databases", headers=CLIENT)).json()

    assert made.status_code == 200
    assert made.json() == SCHEMA
    assert [(one["name"], one["isDraft"], one["schema"]) for one in listed["databases"]] == [
        ("MCR", True, SCHEMA), ("OTHER", True, SCHEMA),
    ]  # fmt: skip
    assert (listed["name"], set(listed)) == (
        "Mother and Child", {"id", "name", "code", "databases", "groupId", "order", "dataIndexIncrement"},
    )  # fmt: skip


async def test_a_database_can_be_published_with_its_creation(block: Bench) -> None:
    async with administrator(block) as client:
        await client.post(f"{BASE}/database/modify", json={**MODIFY, "publish": True})
        (one,) = (await client.get(f"{BASE}/databases")).json()["databases"]

    assert (one["isDraft"], one["version"]) == (False, "1.0")
    assert {"serviceId", "name", "isVisible", "usedCount"} == set(one["genericServices"][0])


async def test_a_change_that_breaks_callers_stays_a_draft(block: Bench) -> None:
    narrowed = {**SCHEMA, "properties": {"ID": SCHEMA["properties"]["ID"]}}
    async with administrator(block) as client:
        await client.post(f"{BASE}/database/modify", json={**MODIFY, "publish": True})
        answer = await client.post(f"{BASE}/database/modify", json={**MODIFY, "schema": narrowed, "publish": True})
        found = (await client.get(f"{BASE}/databases")).json()["databases"]

    assert answer.status_code == 200
    assert [(one["version"], one["isDraft"]) for one in found] == [("1.0", False), ("", True)]


async def test_a_database_is_read_with_the_keys_of_the_document(block: Bench) -> None:
    registry = await published(block.context, description="About mothers", institution="Ministry")

    async with administrator(block) as client:
        one = (await client.get(f"{BASE}/database/{registry.id}")).json()

    assert (one["id"], one["version"], one["description"], one["institution"]) == (
        registry.id, "1.0", "About mothers", "Ministry",
    )  # fmt: skip
    assert {"schemaTags", "schemaFlags", "fieldsUniques", "byUserName", "byOnBehalfOfUserName", "hasLogo"} <= set(one)


@pytest.mark.requirement("DRS-X-7")
async def test_deleting_a_database_succeeds_each_time(block: Bench) -> None:
    registry = await published(block.context)
    async with administrator(block) as client:
        answers = [await client.delete(f"{BASE}/database/{registry.id}") for _ in range(2)]
        gone = await client.get(f"{BASE}/database/{registry.id}")

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, "Success")] * 2
    assert (gone.status_code, set(gone.json())) == (404, {"detail"})


@pytest.mark.parametrize("number", ["abc", "1.5", "", "%20", "٣"])
async def test_a_database_id_is_a_whole_number(block: Bench, number: str) -> None:
    async with administrator(block) as client:
        answer = await client.get(f"{BASE}/database/{number}")

    assert answer.status_code in {400, 404}
    assert "detail" in answer.json()


@pytest.mark.parametrize("number", ["-1", "0", "9223372036854775808", "9" * 39])
async def test_an_id_that_cannot_exist_is_not_found_and_deleted_already(block: Bench, number: str) -> None:
    async with administrator(block) as client:
        assert (await client.get(f"{BASE}/database/{number}")).status_code == 404
        assert (await client.delete(f"{BASE}/database/{number}")).json() == "Success"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"code": "A"}, {"code": "A", "schema": 1}, {"code": "A", "schema": []}, {"code": 1, "schema": {}},
        {"code": "", "schema": {}}, {"code": "a b", "schema": {}}, {"code": "x" * 65, "schema": {}},
        {"code": "A", "schema": {"properties": 1}}, {"code": "A", "schema": {"properties": {"B": 1}}},
        {"code": "A", "schema": {}, "groupName": 1}, [], "x", None,
    ],
)  # fmt: skip
async def test_a_body_that_is_no_database_is_refused_and_stores_nothing(block: Bench, body: object) -> None:
    async with administrator(block) as client:
        answer = await client.post(f"{BASE}/database/modify", content=json.dumps(body))
        listed = (await client.get(f"{BASE}/databases")).json()

    assert (answer.status_code, "detail" in answer.json(), listed["databases"]) == (400, True, [])


@pytest.mark.parametrize("name", ["x", "a/b/c", "a/b/c/", "a/b/c/d/e", "''"])
async def test_a_caller_that_names_itself_in_another_form_is_refused(block: Bench, name: str) -> None:
    async with administrator(block) as client:
        answer = await client.get(f"{BASE}/databases", headers={"Information-Mediator-Client": name})

    assert answer.status_code == 400


async def test_an_empty_body_is_refused(block: Bench) -> None:
    async with administrator(block) as client:
        answer = await client.post(f"{BASE}/database/modify")

    assert answer.status_code == 400


@pytest.mark.requirement("DRS-6")
async def test_who_is_not_signed_in_learns_nothing_of_databases(block: Bench) -> None:
    registry = await published(block.context)
    async with block.client() as client:
        answers = [
            await client.get(f"{BASE}/databases"),
            await client.get(f"{BASE}/database/{registry.id}"),
            await client.delete(f"{BASE}/database/{registry.id}"),
            await client.post(f"{BASE}/database/modify", json=MODIFY),
            await client.get(f"{BASE}/data/{registry.code}/1.0/schema"),
        ]

    assert [answer.status_code for answer in answers] == [401] * 5


@pytest.mark.requirement("DRS-6")
async def test_others_change_nothing_and_see_what_they_were_granted(block: Bench) -> None:
    shown, hidden = await published(block.context), await published(block.context)
    await closed(block.context, shown)
    await closed(block.context, hidden)
    await granted(block.context, shown, "role:clerk", ServiceKind.SCHEMA, fields=frozenset({"ID"}))
    async with block.person("cleo", roles=("clerk",)) as client:
        listed = (await client.get(f"{BASE}/databases")).json()["databases"]
        one = (await client.get(f"{BASE}/database/{shown.id}")).json()
        refused = [
            await client.get(f"{BASE}/database/{hidden.id}"),
            await client.delete(f"{BASE}/database/{shown.id}"),
            await client.post(f"{BASE}/database/modify", json=MODIFY),
            await client.post(f"{BASE}/registries/{shown.code}/publish", json={}),
            await client.put(f"{BASE}/registries/{shown.code}/key", json={"key": "correct horse battery staple"}),
            await client.get(f"{BASE}/registries/{shown.code}/grants"),
            await client.get(f"{BASE}/policies"),
            await client.put(f"{BASE}/groups/g", json={"name": "G"}),
            await client.get(f"{BASE}/templates"),
        ]

    assert [each["id"] for each in listed] == [shown.id]
    assert list(one["schema"]["properties"]) == ["ID"]
    assert {answer.status_code for answer in refused} == {403}


@pytest.mark.requirement("DRS-28", "DRS-30", "DRS-4")
async def test_a_developer_drafts_previews_and_publishes(block: Bench) -> None:
    wider = {**SCHEMA, "properties": {"ID": SCHEMA["properties"]["ID"], "Age": {"type": "integer"}}}
    async with administrator(block) as client:
        draft = await client.put(f"{BASE}/registries/mothers/draft", json=REGISTRY)
        first = await client.post(f"{BASE}/registries/mothers/publish", json={})
        await client.put(f"{BASE}/registries/mothers/draft", json={**REGISTRY, "schema": wider})
        preview = (await client.get(f"{BASE}/registries/mothers/draft/changes")).json()
        refused = await client.post(f"{BASE}/registries/mothers/publish", json={})
        second = await client.post(f"{BASE}/registries/mothers/publish", json={"acceptBreaking": True})
        shown = (await client.get(f"{BASE}/registries/mothers")).json()

    assert (draft.json()["lifecycle"], first.json()["registry"]["version"]) == ("draft", "1.0")
    assert (preview["breaking"], [one["kind"] for one in preview["changes"]]) == (
        True,
        ["field-removed", "field-added"],
    )
    assert (refused.status_code, len(refused.json()["changes"])) == (409, 2)
    assert (second.json()["registry"]["version"], shown["versions"], shown["hasDraft"]) == (
        "2.0",
        ["2.0", "1.0"],
        False,
    )


async def test_what_stands_in_the_way_of_publishing_is_named_by_field(block: Bench) -> None:
    broken = {"properties": {"A": {"type": " some string"}, "B": {"type": "string", "pattern": "("}}}
    async with administrator(block) as client:
        await client.put(f"{BASE}/registries/broken/draft", json={"schema": broken})
        refused = await client.post(f"{BASE}/registries/broken/publish", json={})

    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"/A", "/B"})


@pytest.mark.requirement("DRS-31", "DRS-32")
async def test_services_are_managed_and_listed(block: Bench) -> None:
    registry = await published(block.context)
    services = f"{BASE}/registries/{registry.code}/versions/1.0/services"
    async with administrator(block) as client:
        await client.put(f"{services}/data-delete/state", json={"state": "disabled"})
        custom = {"kind": "data-list", "title": "Open list", "fields": ["Region"], "masks": {"Region": "*"},
                  "condition": {"field": "Region", "operator": "ne", "value": "secret"}}  # fmt: skip
        made = await client.put(f"{services}/open-list", json=custom)
        copied = await client.post(f"{services}/open-list/copy", json={"name": "second-list"})
        listed = (await client.get(services)).json()["services"]
        unknown = await client.put(f"{services}/nothing/state", json={"state": "hidden"})
        wrong = await client.put(f"{services}/open-list", json={**custom, "fields": ["Nothing"]})

    assert (made.json()["custom"], made.json()["fields"], copied.json()["name"]) == (True, ["Region"], "second-list")
    assert {one["name"]: one["state"] for one in listed}["data-delete"] == "disabled"
    assert (unknown.status_code, wrong.status_code) == (404, 400)


@pytest.mark.requirement("DRS-32")
async def test_schema_and_services_are_read_by_those_who_may(block: Bench) -> None:
    registry = await published(block.context)
    async with block.person("cleo") as client:
        schema = (await client.get(f"{BASE}/data/{registry.code}/1.0/schema")).json()
        services = (await client.get(f"{BASE}/data/{registry.code}/latest/services")).json()["services"]
        offered = (await client.get(f"{BASE}/data")).json()["registries"]
        unknown = await client.get(f"{BASE}/data/{registry.code}/9/schema")

    assert list(schema["schema"]["properties"]) == list(registry.field_names)
    assert {one["name"] for one in services} == {
        "data-list", "data-read", "data-read-value", "data-exists", "data-schema",
    }  # fmt: skip
    assert [one["code"] for one in offered] == [registry.code]
    assert (unknown.status_code, set(unknown.json())) == (404, {"detail"})


@pytest.mark.requirement("DRS-34")
async def test_the_document_of_a_registry_is_valid_and_describes_every_field_with_an_example(block: Bench) -> None:
    kinds = [
        field(kind.value, kind, fields=(field("inside"),) if kind in {FieldType.GROUP, FieldType.LIST} else (),
              catalogue={"f": "Female"} if kind is FieldType.CATALOGUE else {})
        for kind in FieldType
    ]  # fmt: skip
    registry = await published(block.context, fields=[*kinds, field("several", multiple=True)])

    async with block.person("ann", "registries:analyse") as client:
        document = (await client.get(f"{BASE}/data/{registry.code}/1.0/openapi.json")).json()

    validate(document)
    assert f"/data/{registry.code}/1.0/create" in document["paths"]
    for one in document["components"]["schemas"]["Record"]["properties"].values():
        assert one["description"]
        assert one["examples"]


@pytest.mark.requirement("DRS-34")
async def test_the_document_follows_services_and_rights(block: Bench) -> None:
    registry = await published(block.context)
    service = f"{BASE}/registries/{registry.code}/versions/1.0/services/data-exists/state"
    custom = f"{BASE}/registries/{registry.code}/versions/1.0/services/open-list"
    async with administrator(block) as client:
        await client.put(service, json={"state": "hidden"})
        await client.put(custom, json={"kind": "data-list", "fields": ["Region"]})
    async with block.person("cleo") as client:
        paths = (await client.get(f"{BASE}/data/{registry.code}/1.0/openapi.json")).json()["paths"]

    assert {path.rpartition("/")[2] for path in paths} == {"1.0", "read", "schema", "open-list", "{field}.{ext}"}


async def store(block: Bench, table: str, content: dict[str, Any]) -> None:
    """Put a record into a registry as the records room would."""
    async with block.context.database.transaction() as tx:
        await tx.execute(
            f"INSERT INTO {table} (uuid, number, content, version, created_at, modified_at, revision, change_hash)"
            " VALUES ('u', 1, :content, '1.0', '', '', 1, '')",
            content=json.dumps(content),
        )


@pytest.mark.requirement("DRS-34")
async def test_examples_are_real_where_no_person_is_concerned_and_never_elsewhere(block: Bench) -> None:
    things = await published(block.context, fields=[field("Colour")])
    people = await published(block.context, fields=[field("Colour"), field("Name", personal=True)])
    await store(block, things.record_table, {"Colour": "green"})
    await store(block, people.record_table, {"Colour": "green", "Name": "Ada"})

    shown = []
    async with block.person("cleo") as client:
        for registry in (things, people):
            document = (await client.get(f"{BASE}/data/{registry.code}/1.0/openapi.json")).json()
            shown.append(document["components"]["schemas"]["Record"]["examples"][0])

    assert shown == [{"Colour": "green"}, {"Colour": "text", "Name": "text"}]


@pytest.mark.requirement("DRS-10", "DRS-11")
@pytest.mark.parametrize("notation", ["json", "yaml"])
async def test_a_schema_travels_from_one_registry_to_another(block: Bench, notation: str) -> None:
    registry = await published(block.context, code="source", uniques=(("FirstName", "LastName"),))
    async with administrator(block) as client:
        sent = await client.get(f"{BASE}/registries/source/versions/latest/export", params={"format": notation})
        made = await client.post(
            f"{BASE}/registries/target/import",
            content=sent.content,
            headers={"content-type": f"application/{notation}"},
        )
        published_ = await client.post(f"{BASE}/registries/target/publish", json={})

    text = yaml.safe_load(sent.text) if notation == "yaml" else sent.json()
    assert list(text["schema"]["properties"]) == list(registry.field_names)
    assert made.json()["schema"] == text["schema"]
    assert published_.json()["registry"]["fieldsUniques"] == [["FirstName", "LastName"]]


@pytest.mark.requirement("DRS-11")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("[", "json"), ("[]", "json"), ("{}", "json"), ('{"schema": []}', "json"), ("a: &x [*x]", "yaml"),
        ("schema: {properties: 1}", "yaml"), ("!!python/object/apply:os.system [ls]", "yaml"), ("\x00", "yaml"),
        ('{"schema": {}, "customServices": [{"name": "x", "kind": "data-delete"}]}', "json"),
        ('{"schema": {}, "customServices": 5}', "json"),
    ],
)  # fmt: skip
async def test_what_is_no_document_is_not_imported(block: Bench, content: str, kind: str) -> None:
    async with administrator(block) as client:
        answer = await client.post(
            f"{BASE}/registries/x/import", content=content, headers={"content-type": f"application/{kind}"}
        )

    assert answer.status_code == 400


@pytest.mark.requirement("DRS-20")
async def test_a_template_starts_new_registries_with_its_services(block: Bench) -> None:
    await published(block.context, code="model", fields=[field("A"), field("B")])
    async with administrator(block) as client:
        await client.put(
            f"{BASE}/registries/model/versions/1.0/services/open-list", json={"kind": "data-list", "fields": ["A"]}
        )
        kept = [
            (await client.put(f"{BASE}/templates/start", json={"title": "Start", "registry": "model"})).json()[
                "version"
            ]
            for _ in range(2)
        ]
        await client.post(f"{BASE}/templates/start/use", json={"code": "fresh"})
        made = (await client.post(f"{BASE}/registries/fresh/publish", json={})).json()["registry"]
        listed = (await client.get(f"{BASE}/templates")).json()["templates"]
        unknown = await client.post(f"{BASE}/templates/nothing/use", json={"code": "fresh"})

    assert (kept, [one["code"] for one in listed], unknown.status_code) == ([1, 1], ["start"], 404)
    assert list(made["schema"]["properties"]) == ["A", "B"]
    assert [one["name"] for one in made["services"] if one.get("custom")] == ["open-list"]


@pytest.mark.requirement("DRS-6")
async def test_rights_are_managed_through_the_api(block: Bench) -> None:
    registry = await published(block.context)
    grants = f"{BASE}/registries/{registry.code}/grants"
    right = {"subject": "role:clerk", "services": ["data-read"], "fields": ["ID"],
             "condition": {"any": [{"field": "Region", "value": "north"}]},
             "validUntil": "2999-01-01T00:00:00Z"}  # fmt: skip
    policy = {"title": "All clerks", "automatic": True, "registries": "*", "grants": [right]}
    async with administrator(block) as client:
        given = await client.post(grants, json=right)
        await client.delete(f"{grants}/default")
        listed = (await client.get(grants)).json()["grants"]
        made = await client.put(f"{BASE}/policies/clerks", json=policy)
        group = await client.put(f"{BASE}/groups/desk", json={"name": "Desk", "members": ["role:clerk"]})
        wrong = [
            await client.post(grants, json={**right, "subject": "everybody"}),
            await client.post(grants, json={**right, "services": ["data-steal"]}),
            await client.post(grants, json={**right, "condition": {"any": 1}}),
            await client.post(grants, json={**right, "validUntil": "2999-01-01T00:00:00"}),
            await client.put(f"{BASE}/policies/UPPER", json=policy),
            await client.put(f"{BASE}/groups/desk", json={"name": "Desk", "members": ["anyone"]}),
        ]
    async with block.person("cleo", roles=("clerk",)) as client:
        rights = (await client.get(f"{BASE}/registries/{registry.code}/rights")).json()["services"]

    assert (given.status_code, [one["subject"] for one in listed]) == (201, ["role:clerk"])
    assert (made.json()["grants"][0]["subject"], group.json()["members"]) == ("role:clerk", ["role:clerk"])
    assert [answer.status_code for answer in wrong] == [400] * 6
    assert rights == [{"service": "data-read", "allRecords": False, "fields": ["/ID"]}]


@pytest.mark.requirement("DRS-18")
async def test_the_key_of_a_registry_is_set_and_never_shown(block: Bench) -> None:
    registry = await published(block.context)
    key = "correct horse battery staple"
    async with administrator(block) as client:
        answer = await client.put(f"{BASE}/registries/{registry.code}/key", json={"key": key})
        texts = [
            (await client.get(f"{BASE}/registries/{registry.code}")).text,
            (await client.get(f"{BASE}/registries/{registry.code}/versions/1.0/export")).text,
            (await client.get(f"{BASE}/database/{registry.id}")).text,
        ]

    assert answer.status_code == 204
    assert all(key not in text for text in texts)


async def test_a_registry_is_archived_and_deleted_through_the_api(block: Bench) -> None:
    registry = await published(block.context)
    place = f"{BASE}/registries/{registry.code}"
    async with administrator(block) as client:
        archived = await client.post(f"{place}/archive", json={})
        flagged = (await client.get(f"{BASE}/database/{registry.id}")).json()["isArchived"]
        restored = await client.post(f"{place}/archive", json={"restore": True})
        answers = [
            await client.delete(f"{place}/versions/1.0"), await client.delete(place), await client.delete(place),
        ]  # fmt: skip
        gone = await client.get(place)

    assert (archived.json()["lifecycle"], flagged, restored.json()["lifecycle"]) == ("archived", True, "published")
    assert ([answer.status_code for answer in answers], gone.status_code) == ([204, 204, 204], 404)
