"""The configuration as one document: read, created, changed, replaced, with progress that can be followed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import yaml

from govstack.blocks.mediator.configuration.errors import ConfigurationInvalid
from govstack.blocks.mediator.configuration.model import (
    ApplicationEntry,
    Configuration,
    EnterApplication,
    EnterMember,
    EnterService,
    MemberEntry,
    Mode,
    RemoveApplication,
    RemoveMember,
    RemoveService,
    RightEntry,
    ServiceEntry,
    SetRight,
    plan,
    resolved,
)
from govstack.blocks.mediator.services.model import Offer
from tests.builders.mediator import DOCUMENT, SERVICE_URL, granted, offered, trail, work
from tests.builders.running import Bench

CONFIG = "/api/v1/config"
SCOPES = ("mediator:read-configuration", "mediator:write-configuration", "mediator:create-configuration")


def country(**service: object) -> dict[str, Any]:
    """Return a configuration with a provider and a consumer."""
    right = {"member": "Ministry of Social Affairs", "application": "desk"}
    people = {"id": "people", "specUrl": "", "spec": DOCUMENT, "serviceUrl": SERVICE_URL, "rights": [right], **service}
    return {
        "domain": "solenara.example",
        "instance": "demo",
        "members": [
            {
                "name": "Ministry of Home Affairs", "class": "GOV", "code": "7001",
                "applications": [{"id": "register", "connection": "http", "services": [people]}],
            },
            {"name": "Ministry of Social Affairs", "class": "GOV", "code": "7003", "applications": [{"id": "desk"}]},
        ],
    }  # fmt: skip


async def send(running: Bench, method: str, body: object, **headers: str) -> httpx.Response:
    """Send a configuration and let the work be done."""
    async with running.person("mila", *SCOPES) as client:
        answer = await client.request(method, CONFIG, json=body, headers=headers)
    await work(running.context)
    return answer


async def read(running: Bench, path: str = CONFIG) -> httpx.Response:
    """Read the configuration, or something beside it."""
    async with running.person("mila", *SCOPES) as client:
        return await client.get(path)


async def latest(running: Bench) -> dict[str, Any]:
    """Return the latest change."""
    change: dict[str, Any] = (await read(running, f"{CONFIG}/changes")).json()["changes"][0]
    return change


def outline(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the services of a document with those who may use them."""
    return {
        f"{member['code']}/{application['id']}/{service['id']}": [right["application"] for right in service["rights"]]
        for member in document["members"]
        for application in member["applications"]
        for service in application["services"]
    }


async def test_one_document_makes_a_directory(running: Bench) -> None:
    answer = await send(running, "POST", country())

    assert (answer.status_code, type(answer.json())) == (201, str)
    change = await latest(running)
    assert (change["state"], change["stepsDone"], change["stepsTotal"]) == ("done", 6, 6)
    document = (await read(running)).json()
    assert (document["domain"], outline(document)) == ("solenara.example", {"7001/register/people": ["desk"]})


@pytest.mark.requirement("IM-5.1.1", "IM-5.1.4")
async def test_what_was_read_can_be_sent_back_and_changes_nothing(running: Bench) -> None:
    await send(running, "POST", country())
    before = await read(running)

    answer = await send(running, "PUT", before.json())

    assert answer.status_code == 201
    assert ((await latest(running))["stepsTotal"], (await latest(running))["state"]) == (0, "done")
    after = await read(running)
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


async def test_a_configuration_may_be_yaml_as_the_published_sample_writes_it(running: Bench) -> None:
    document = country()
    service = document["members"][0]["applications"][0]["services"][0]
    service["service_url"], service["spec_url"] = service.pop("serviceUrl"), service.pop("specUrl")
    document["members"][0]["code"], document["members"][1]["code"] = 7001, 7003

    async with running.person("mila", *SCOPES) as client:
        answer = await client.put(CONFIG, content=yaml.safe_dump(document), headers={"content-type": "text/yaml"})
    await work(running.context)

    assert answer.status_code == 201
    assert outline((await read(running)).json()) == {"7001/register/people": ["desk"]}


async def test_a_change_leaves_what_it_does_not_describe(running: Bench) -> None:
    await send(running, "POST", country())

    third = {"name": "Ministry of Lands", "class": "GOV", "code": "7004", "applications": [{"id": "parcels"}]}
    renamed = {"name": "Home Affairs", "class": "GOV", "code": "7001"}
    await send(running, "PATCH", {"domain": "solenara.example", "instance": "demo", "members": [third, renamed]})

    document = (await read(running)).json()
    assert [member["name"] for member in document["members"]] == [
        "Home Affairs", "Ministry of Social Affairs", "Ministry of Lands",
    ]  # fmt: skip
    assert outline(document) == {"7001/register/people": ["desk"]}


async def test_a_replacement_deletes_what_it_does_not_describe(running: Bench) -> None:
    await offered(running.context, "GOV/7009/campaigns/beaches")
    await offered(running.context, "GOV/7001/register/births")
    await offered(running.context, "GOV/7001/register/people")
    await granted(running.context, "GOV/7001/register/people", "GOV/7009/campaigns")

    await send(running, "PUT", country())

    document = (await read(running)).json()
    assert [member["code"] for member in document["members"]] == ["7001", "7003"]
    assert outline(document) == {"7001/register/people": ["desk"]}


async def test_rights_can_name_operations_and_exact_members(running: Bench) -> None:
    right = {
        "memberClass": "GOV",
        "memberCode": "7003",
        "application": "desk",
        "operations": ["read"],
        "purpose": "Verify",
    }
    await send(running, "POST", country(rights=[right]))

    service = (await read(running)).json()["members"][0]["applications"][0]["services"][0]

    assert service["rights"] == [
        {
            "member": "Ministry of Social Affairs", "application": "desk", "memberClass": "GOV", "memberCode": "7003",
            "endpoints": [{"method": "GET", "path": "/people/{id}"}], "purpose": "Verify",
        }
    ]  # fmt: skip


async def test_a_document_is_fetched_when_its_address_is_new(on_sqlite: Bench) -> None:
    asked: list[str] = []

    async def host(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": DOCUMENT.encode()})

    on_sqlite.network.serve_locally("http://localhost:81", host)
    body = country(spec=None, specUrl="http://localhost:81/openapi.yaml")

    await send(on_sqlite, "PUT", body)
    await send(on_sqlite, "PUT", body)

    assert asked == ["/openapi.yaml"]
    assert (await latest(on_sqlite))["stepsTotal"] == 0


async def test_a_change_that_fails_says_where_and_goes_on_when_sent_again(running: Bench) -> None:
    await send(running, "POST", country(serviceUrl="http://elsewhere.test/people"))
    failed = await latest(running)

    await send(running, "POST", country())

    assert failed["state"] == "failed"
    assert "elsewhere.test" in failed["problem"]
    assert (await latest(running))["state"] == "done"
    assert ("mediator.configuration.done", "failed") in [
        (entry.action, entry.outcome) for entry in await trail(running.context)
    ]


async def test_a_change_for_a_state_that_has_passed_is_refused(running: Bench) -> None:
    await send(running, "POST", country())
    seen = (await read(running)).headers["etag"]
    await offered(running.context, "GOV/7001/register/births")

    stale = await send(running, "PUT", country(), **{"If-Match": seen})
    fresh = await send(running, "PUT", country(), **{"If-Match": (await read(running)).headers["etag"]})
    odd = await send(running, "PUT", country(), **{"If-Match": "yesterday"})

    assert [answer.status_code for answer in (stale, fresh, odd)] == [412, 201, 412]


async def test_a_change_that_waited_too_long_does_not_begin(running: Bench) -> None:
    await send(running, "POST", country())
    seen = (await read(running)).headers["etag"]
    async with running.person("mila", *SCOPES) as client:
        await client.put(CONFIG, json=country(), headers={"If-Match": seen})
    await offered(running.context, "GOV/7001/register/births")

    await work(running.context)

    assert (await latest(running))["state"] == "failed"
    assert "7001/register/births" in outline((await read(running)).json())


async def test_status_is_500_until_something_is_configured(running: Bench) -> None:
    before = await read(running, "/api/v1/status")
    await send(running, "POST", country())

    after = await read(running, "/api/v1/status")

    assert (before.status_code, before.json()["code"]) == (500, "not-configured")
    assert (after.status_code, after.json()["instance"], after.json()["latestChange"]["state"]) == (200, "demo", "done")


@pytest.mark.parametrize(
    ("method", "scope"), [("GET", SCOPES[0]), ("POST", SCOPES[1]), ("PATCH", SCOPES[1]), ("PUT", SCOPES[2])]
)
async def test_each_operation_needs_its_own_scope(on_sqlite: Bench, method: str, scope: str) -> None:
    statuses = []
    for held in SCOPES:
        async with on_sqlite.person("mila", held) as client:
            statuses.append((await client.request(method, CONFIG, json=country())).status_code)

    assert [status < 400 for status in statuses] == [held == scope for held in SCOPES]


@pytest.mark.parametrize(
    "change",
    [
        {"instance": "elsewhere"},
        {"instance": None},
        {"members": {}},
        {"members": [{"name": "x", "class": "GOV"}]},
        {"members": [{"name": "x", "class": "G/V", "code": "1"}]},
        {"members": [{"name": "x", "class": "GOV", "code": "../1"}]},
        {"members": [{"name": "x", "class": "GOV", "code": "1"}, {"name": "y", "class": "GOV", "code": "1"}]},
        {"members": [{"name": "x", "class": "GOV", "code": "1", "applications": [{"id": "a", "connection": "ftp"}]}]},
        {"domain": "a b"},
        {"domain": "\u0000"},
        country(rights=[{"member": "Ministry of Magic", "application": "desk"}]),
        country(rights=[{"member": "Ministry of Social Affairs", "application": "nobody"}]),
        country(rights=[{"application": "desk"}]),
        country(serviceUrl=""),
        country(spec=None),
    ],
)
async def test_a_document_that_contradicts_itself_is_refused(on_sqlite: Bench, change: dict[str, object]) -> None:
    answer = await send(on_sqlite, "PUT", {**country(), **change})

    assert answer.status_code == 400
    assert (await read(on_sqlite)).json()["members"] == []


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"a: [", "text/yaml", 400),
        (b"a: &a [1]\nb: *a", "text/yaml", 400),
        (b'domain: "\\0"\ninstance: demo', "text/yaml", 400),
        (b'domain: d\ninstance: demo\nmembers: [{name: "\\uD800", class: GOV, code: a}]', "text/yaml", 400),
        (b"\xff\xfe", "text/yaml", 400),
        (b"domain: d\ninstance: demo\nmembers: " + b"[" * 3_000, "text/yaml", 400),
        (b"<xml/>", "application/xml", 415),
        (b"[" * 100_000, "application/json", 400),
        (b" " * 10_000_000, "application/json", 413),
    ],
)
async def test_a_body_that_is_no_configuration_is_refused(
    on_sqlite: Bench, body: bytes, media: str, status: int
) -> None:
    async with on_sqlite.person("mila", *SCOPES) as client:
        answer = await client.put(CONFIG, content=body, headers={"content-type": media})

    assert answer.status_code == status


def entry(code: str, *rights: RightEntry, spec: str = "text") -> ServiceEntry:
    """Return a service of a configuration."""
    return ServiceEntry(Offer(code=code, service_url=SERVICE_URL), spec, rights)


def directory(*members: MemberEntry) -> Configuration:
    """Return a configuration."""
    return Configuration("d", "demo", members)


def test_steps_come_in_an_order_in_which_each_is_possible() -> None:
    before = directory(
        MemberEntry(
            "GOV",
            "1",
            "One",
            (ApplicationEntry("a", "a", "https", (entry("old"),)), ApplicationEntry("b", "b", "https", ())),
        ),
        MemberEntry("GOV", "2", "Two", (ApplicationEntry("c", "c", "https", (entry("gone"),)),)),
    )
    right = RightEntry("GOV/3/d")
    after = directory(
        MemberEntry("GOV", "1", "One", (ApplicationEntry("a", services=(entry("new", right),)),)),
        MemberEntry("GOV", "3", "Three", (ApplicationEntry("d"),)),
    )

    steps = plan(before, after, Mode.REPLACE)

    assert [type(step) for step in steps] == [
        EnterMember, EnterApplication, EnterService, SetRight, RemoveService, RemoveApplication, RemoveMember,
    ]  # fmt: skip
    assert [step.subject for step in steps if isinstance(step, RemoveService | RemoveApplication | RemoveMember)] == [
        "GOV/1/a/old", "GOV/1/b", "GOV/2",
    ]  # fmt: skip


def test_an_update_never_removes() -> None:
    before = directory(MemberEntry("GOV", "2", "Two", (ApplicationEntry("c", "c", "https", (entry("gone"),)),)))

    assert plan(before, directory(), Mode.UPDATE) == []


def test_a_name_that_two_members_have_names_neither() -> None:
    right = RightEntry("desk", member_name="Ministry")
    described = directory(
        MemberEntry("GOV", "1", "Ministry", (ApplicationEntry("a", services=(entry("s", right),)),)),
        MemberEntry("GOV", "2", "Ministry", (ApplicationEntry("desk"),)),
    )

    with pytest.raises(ConfigurationInvalid):
        resolved(described, directory())


def test_class_and_code_are_a_name_too() -> None:
    right = RightEntry("desk", member_name="GOV/2")
    described = directory(
        MemberEntry("GOV", "1", "Ministry", (ApplicationEntry("a", services=(entry("s", right),)),)),
        MemberEntry("GOV", "2", "Ministry", (ApplicationEntry("desk"),)),
    )

    found = resolved(described, directory()).members[0].applications

    assert found is not None
    assert found[0].services is not None
    assert found[0].services[0].rights == (RightEntry("GOV/2/desk"),)
