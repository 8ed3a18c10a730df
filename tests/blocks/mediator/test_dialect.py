"""The directory as published clients call it: unprefixed addresses, no proof, the published records."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from govstack.blocks.mediator.manifest import MANIFEST
from tests.builders.running import Bench

RECORDS = [
    ("identifier", "identifier", "alp4aNum3r1c", "alp4aNum3r1c"),
    ("a11a11a11a", "asd2211a", "12as12", "m3mb3rc0d3"),
    ("a552example", "zzz321a", "m3mb3rc0d3", "aa15"),
    ("valid1dentifi3r", "rand0mid3nt", "str1ng", "azxcv55"),
]
PROVIDERS = ["/" + "/".join(record) for record in RECORDS]
FILTERS = [("serviceId", "instanceId"), *((f"serviceId{n}", f"instanceId{n}") for n in range(1, 5))]
KEYS = {
    "objectType", "serviceType", "GovStackInstance", "memberClass", "memberCode", "applicationCode", "serviceCode",
    "serviceVersion", "endpointList",
}  # fmt: skip
CALLER = {"Information-Mediator-Client": "eGovStack/GOV/90000009/digitalregistries"}
OBJECT_TYPES = {
    "MEMBER",
    "SUBSYSTEM",
    "SERVER",
    "GLOBALGROUP",
    "SECURITYCATEGORY",
    "SERVICE",
    "CENTRALSERVICE",
    "LOCALGROUP",
}


def assert_published_list(answer: httpx.Response) -> list[dict[str, object]]:
    """Check a list answer against what published clients accept; return its items."""
    assert answer.status_code == 200
    assert "application/json" in answer.headers["content-type"]
    body = answer.json()
    assert list(body) == ["member"]
    for item in body["member"]:
        assert set(item) <= KEYS
        assert item.get("objectType", {}).keys() <= {"object_type"}
        assert item.get("objectType", {}).get("object_type", "MEMBER") in OBJECT_TYPES
        assert all(isinstance(item[key], str) for key in set(item) - {"objectType", "endpointList"})
        endpoints = item.get("endpointList", {"member": []})
        assert set(endpoints) == {"member"}
        assert all(set(one) == {"method", "path"} for one in endpoints["member"])
    items: list[dict[str, object]] = body["member"]
    return items


@pytest.mark.requirement("IM-D1", "IM-D3", "IM-D4")
@pytest.mark.parametrize(("service_id", "instance_id"), FILTERS)
async def test_clients_are_listed_whatever_the_filter_says(
    conforming: Bench, service_id: str, instance_id: str
) -> None:
    query = f"?serviceId={service_id}&instanceId={instance_id}"
    async with conforming.client() as client:
        once = await client.get("/listClients" + query)
        doubled = await client.get("/listClients" + query + query)

    listed = [
        tuple(item[key] for key in ("GovStackInstance", "memberClass", "memberCode", "applicationCode"))
        for item in assert_published_list(once)
    ]
    assert sorted(listed) == sorted(RECORDS)
    assert assert_published_list(doubled) == assert_published_list(once)


@pytest.mark.requirement("IM-D2", "IM-D4", "IM-D5")
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "query", ["?serviceId=serviceId1", "?serviceId=serviceId", "?serviceId=serviceId?serviceId=serviceId", ""]
)
async def test_methods_are_listed_whatever_service_is_asked_for(conforming: Bench, provider: str, query: str) -> None:
    async with conforming.client(**{"X-GovStack-Client": "X-GovStack-Client"}) as client:
        answer = await client.get(f"{provider}/listMethods{query}")

    assert [item["serviceCode"] for item in assert_published_list(answer)] == ["alp4aNum3r1c"]


@pytest.mark.requirement("IM-D2", "IM-D6")
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_allowed_methods_take_a_parameter_named_after_its_value(conforming: Bench, provider: str) -> None:
    async with conforming.client(**CALLER) as client:
        answer = await client.get(f"{provider}/allowedMethods?serviceId1=serviceId1")

    assert_published_list(answer)


@pytest.mark.requirement("IM-D7")
@pytest.mark.parametrize("record", RECORDS)
async def test_allowed_methods_bear_quotation_marks_everywhere(conforming: Bench, record: tuple[str, ...]) -> None:
    path = "/" + "/".join(quote(f'"{part}"') for part in record)

    async with conforming.client(**CALLER) as client:
        answer = await client.get(f"{path}/allowedMethods?%22serviceId1%22=%22serviceId1%22")

    assert assert_published_list(answer) == []


@pytest.mark.requirement("IM-D8")
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_document_is_a_json_string(conforming: Bench, provider: str) -> None:
    async with conforming.client(**CALLER) as client:
        answer = await client.get(f"{provider}/getOpenAPI?serviceCode=alp4aNum3r1c")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert answer.json().startswith("openapi: 3.0")


@pytest.mark.requirement("IM-D9", "IM-D10")
@pytest.mark.parametrize(
    "path",
    [
        "/1nval1d/identifier/alp4aNum3r1c/alp4aNum3r1c/getOpenAPI?serviceCode=alp4aNum3r1c",
        "/identifier/1nval1d/alp4aNum3r1c/alp4aNum3r1c/getOpenAPI?serviceCode=alp4aNum3r1c",
        "/identifier/identifier/_invalid/alp4aNum3r1c/getOpenAPI?serviceCode=alp4aNum3r1c",
        "/identifier/identifier/alp4aNum3r1c/_invalid/getOpenAPI?serviceCode=alp4aNum3r1c",
        "/1nval1d/1nval1d/_invalid/_invalid/getOpenAPI?serviceCode=alp4aNum3r1c",
        f"{PROVIDERS[0]}/getOpenAPI?serviceCode=_invalid",
        f"{PROVIDERS[0]}/getOpenAPI?serviceCode=",
        f"{PROVIDERS[0]}/getOpenAPI",
    ],
)
async def test_a_malformed_request_for_a_document_is_refused_with_a_string(conforming: Bench, path: str) -> None:
    async with conforming.client(**CALLER) as client:
        answer = await client.get(path)

    assert (answer.status_code, type(answer.json())) == (400, str)


@pytest.mark.requirement("IM-D11")
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_bare_request_for_a_document_does_no_harm_to_the_next(conforming: Bench, provider: str) -> None:
    async with conforming.client() as client:
        bare = await client.get(f"{provider}/getOpenAPI")
        complete = await client.get(f"{provider}/getOpenAPI?serviceCode=alp4aNum3r1c", headers=CALLER)

    assert (bare.status_code, complete.status_code) == (400, 200)


@pytest.mark.requirement("IM-D1")
async def test_the_prefixed_addresses_keep_their_published_shape(conforming: Bench) -> None:
    async with conforming.client(**{"X-GovStack-Client": "/".join(RECORDS[1])}) as client:
        clients = (await client.get("/r1/listClients")).json()["member"]
        methods = (await client.get(f"/r1{PROVIDERS[0]}/listMethods")).json()["member"]
        allowed = await client.get(f"/r1{PROVIDERS[0]}/allowedMethods")

    assert {tuple(sorted(item)) for item in clients} == {("id", "name")}
    assert (methods[0]["instanceId"], methods[0]["objectType"]) == ("identifier", "SERVICE")
    assert allowed.json() == {"member": []}


@pytest.mark.requirement("IM-D1", "SD-9")
async def test_the_short_pattern_swallows_no_other_address(conforming: Bench) -> None:
    async with conforming.client() as client:
        member = await client.get("/api/v1/members/GOV/listMethods")
        config = await client.get("/api/v1/config/changes/getOpenAPI")
        status = await client.get("/api/v1/status")

    assert [answer.status_code for answer in (member, config, status)] == [404, 404, 200]
    assert member.json()["code"] == config.json()["code"] == "not-found"


async def test_the_dialect_is_off_outside_its_profile(on_sqlite: Bench) -> None:
    async with on_sqlite.client() as client:
        answer = await client.get(f"{PROVIDERS[0]}/listMethods")

    assert answer.status_code == 404


async def test_seeding_again_leaves_the_same_state(running: Bench) -> None:
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(running.context)
    async with running.client() as client:
        before = (await client.get("/listClients")).json()
        await MANIFEST.conformance_seed(running.context)
        after = (await client.get("/listClients")).json()

    assert before == after
    assert len(before["member"]) == 2 * len(RECORDS)
