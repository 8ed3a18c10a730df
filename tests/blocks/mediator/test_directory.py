"""The directory under /r1: what everybody may see, what a client may see, and strict addresses."""

from __future__ import annotations

import pytest

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Target
from govstack.blocks.mediator.rights import service as rights
from govstack.blocks.mediator.services import service as services
from govstack.kernel.actor import ANONYMOUS, Actor
from tests.builders.mediator import BUILDER, DOCUMENT, connected, granted, offered
from tests.builders.running import Bench

PEOPLE, DESK = "GOV/7001/register/people", "GOV/7003/desk"
PROVIDER = "/r1/demo/GOV/7001/register"
CLIENT = {"X-GovStack-Client": "demo/GOV/7003/desk"}


async def target(running: Bench) -> Target | None:
    """Look the service up as the forwarder does."""
    return await directory.target(
        running.context,
        instance="demo",
        member_class="GOV",
        member_code="7001",
        application_code="register",
        service_code="people",
    )


@pytest.mark.requirement("I11")
async def test_everybody_sees_the_connected_members_and_applications(running: Bench) -> None:
    await connected(running.context, DESK, member_name="Ministry of Social Affairs")

    async with running.client() as client:
        answers = [
            await client.get(path) for path in ("/listClients", "/r1/listClients", "/listClients?instanceId=demo")
        ]

    member = {"objectType": "MEMBER", "instanceId": "demo", "memberClass": "GOV", "memberCode": "7003"}
    application = {**member, "objectType": "APPLICATION", "applicationCode": "desk"}
    expected = {"member": [{"name": "Ministry of Social Affairs", "id": member}, {"name": "desk", "id": application}]}
    assert [answer.json() for answer in answers] == [expected] * 3


async def test_another_instance_has_nobody_here(on_sqlite: Bench) -> None:
    await connected(on_sqlite.context, DESK)

    async with on_sqlite.client() as client:
        answer = await client.get("/listClients?instanceId=elsewhere")

    assert answer.json() == {"member": []}


@pytest.mark.requirement("I9", "I11")
async def test_developers_read_the_endpoints_of_every_service(running: Bench) -> None:
    await offered(running.context, PEOPLE)

    async with running.client() as client:
        answer = await client.get(f"{PROVIDER}/listMethods?serviceId=people", headers=CLIENT)

    service = answer.json()["member"][0]
    endpoints = service.pop("endpointList")["member"]
    assert service == {
        "objectType": "SERVICE", "serviceType": "REST", "instanceId": "demo", "memberClass": "GOV",
        "memberCode": "7001", "applicationCode": "register", "serviceCode": "people", "serviceVersion": "1.2",
    }  # fmt: skip
    assert sorted((one["method"], one["path"]) for one in endpoints) == [
        ("GET", "/people"), ("GET", "/people/count"), ("GET", "/people/{id}"), ("POST", "/people"),
    ]  # fmt: skip


@pytest.mark.requirement("I11")
async def test_a_client_sees_the_endpoints_it_may_call_and_no_others(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await offered(running.context, "GOV/7001/register/births")
    await granted(running.context, PEOPLE, DESK, ("GET", "/people/{id}"))

    async with running.application("demo/GOV/7003/desk") as client:
        answer = await client.get(f"{PROVIDER}/allowedMethods", headers=CLIENT)

    shown = [(one["serviceCode"], one["endpointList"]["member"]) for one in answer.json()["member"]]
    assert shown == [("people", [{"method": "GET", "path": "/people/{id}"}])]


async def test_what_a_client_may_call_is_not_told_to_strangers(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, PEOPLE)

    async with on_sqlite.client() as nobody, on_sqlite.person("visitor") as visitor:
        answers = [await client.get(f"{PROVIDER}/allowedMethods", headers=CLIENT) for client in (nobody, visitor)]

    assert [(answer.status_code, type(answer.json())) for answer in answers] == [(401, str), (403, str)]


async def test_an_administrator_of_the_client_may_ask_for_it(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, PEOPLE)
    await granted(on_sqlite.context, PEOPLE, DESK)

    async with on_sqlite.person("amal", roles=("mediator:application:GOV/7003/desk:read",)) as client:
        answer = await client.get(f"{PROVIDER}/allowedMethods", headers=CLIENT)

    assert [one["serviceCode"] for one in answer.json()["member"]] == ["people"]


@pytest.mark.parametrize("operation", ["listMethods", "allowedMethods", "getOpenAPI?serviceCode=people"])
async def test_a_header_that_differs_from_the_proven_caller_is_refused(on_sqlite: Bench, operation: str) -> None:
    await offered(on_sqlite.context, PEOPLE)

    async with on_sqlite.application("demo/GOV/7009/campaigns") as client:
        answer = await client.get(f"{PROVIDER}/{operation}", headers=CLIENT)

    assert answer.status_code == 403


@pytest.mark.requirement("I11")
async def test_a_document_comes_as_a_json_string_or_as_yaml_when_asked_for(running: Bench) -> None:
    await offered(running.context, PEOPLE)

    async with running.client(**CLIENT) as client:
        plain = await client.get(f"{PROVIDER}/getOpenAPI?serviceCode=people")
        yaml = await client.get(f"{PROVIDER}/getOpenAPI?serviceCode=people", headers={"accept": "text/yaml"})

    assert (plain.headers["content-type"], plain.json()) == ("application/json; charset=utf-8", DOCUMENT)
    assert (yaml.headers["content-type"], yaml.text) == ("text/yaml; charset=utf-8", DOCUMENT)


@pytest.mark.parametrize(
    "path",
    [
        "/r1/1nstance/GOV/7001/register/listMethods",
        "/r1/demo/GOV/_7001/register/listMethods",
        "/r1/demo/GOV/7001/nobody/listMethods",
        "/r1/elsewhere/GOV/7001/register/listMethods",
        "/r1/demo/GOV/7001/%00/listMethods",
        "/r1/demo/GOV/7001/a%2Fb/listMethods",
        "/r1/demo/GOV/7001/register/listMethods?serviceId=%22",
        "/r1/demo/GOV/7001/register/getOpenAPI",
        "/r1/demo/GOV/7001/register/getOpenAPI?serviceCode=",
        "/r1/demo/GOV/7001/register/getOpenAPI?serviceCode=births",
        "/r1/demo/GOV/7001/nobody/getOpenAPI?serviceCode=people",
        "/listClients?instanceId=1x",
    ],
)
async def test_an_address_that_names_nothing_is_answered_with_400_and_a_string(on_sqlite: Bench, path: str) -> None:
    await offered(on_sqlite.context, PEOPLE)

    async with on_sqlite.client(**CLIENT) as client:
        answer = await client.get(path)

    assert (answer.status_code, type(answer.json())) == (400, str)


@pytest.mark.parametrize("header", ["", "X-GovStack-Client", "demo/GOV/7003", "demo/GOV/7003/desk/people"])
async def test_the_caller_must_be_named_in_full(on_sqlite: Bench, header: str) -> None:
    await offered(on_sqlite.context, PEOPLE)

    async with on_sqlite.client(**({"X-GovStack-Client": header} if header else {})) as client:
        answer = await client.get(f"{PROVIDER}/listMethods")

    assert (answer.status_code, type(answer.json())) == (400, str)


async def test_the_header_of_other_blocks_names_the_caller_too(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, PEOPLE)

    async with on_sqlite.client(**{"Information-Mediator-Client": "demo/GOV/7003/desk"}) as client:
        answer = await client.get(f"{PROVIDER}/listMethods")

    assert answer.status_code == 200


async def test_what_is_switched_off_is_not_shown(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, PEOPLE)
    await offered(on_sqlite.context, "GOV/7001/register/births", enabled=False)
    named = {"member_class": "GOV", "member_code": "7001", "application_code": "register", "code": "people"}
    off = {("GET", "/people/count"): False}
    await services.switch_endpoints(on_sqlite.context, by=BUILDER, **named, endpoints=off)

    async with on_sqlite.client(**CLIENT) as client:
        shown = (await client.get(f"{PROVIDER}/listMethods")).json()["member"]
        document = await client.get(f"{PROVIDER}/getOpenAPI?serviceCode=births")

    paths = {endpoint["path"] for endpoint in shown[0]["endpointList"]["member"]}
    assert ([one["serviceCode"] for one in shown], paths) == (["people"], {"/people", "/people/{id}"})
    assert document.status_code == 400


@pytest.mark.requirement("I10")
async def test_the_forwarder_finds_a_service_with_its_limits_and_rights(running: Bench) -> None:
    await offered(running.context, PEOPLE, timeout_seconds=5, payload_kept=True)
    await granted(running.context, PEOPLE, DESK)

    found = await target(running)

    assert found is not None
    assert (found.service, found.timeout_seconds, found.payload_kept) == (f"demo/{PEOPLE}", 5, True)
    assert dict(found.rights) == {f"demo/{DESK}": frozenset({("", "")})}


@pytest.mark.requirement("X066")
@pytest.mark.parametrize("taken", ["right", "client", "provider", "service"])
async def test_what_is_taken_away_is_gone_at_once(running: Bench, taken: str) -> None:
    await offered(running.context, PEOPLE)
    await granted(running.context, PEOPLE, DESK)
    assert await target(running) is not None

    application = {"member_class": "GOV", "member_code": "7001"}
    if taken == "right":
        await rights.deny(running.context, by=BUILDER, wishes=[rights.Wish(PEOPLE, DESK)])
    elif taken == "service":
        await services.remove(running.context, by=BUILDER, **application, application_code="register", code="people")
    else:
        named = (
            {**application, "code": "register"}
            if taken == "provider"
            else {"member_class": "GOV", "member_code": "7003", "code": "desk"}
        )
        decision = applications.Decision.SUSPEND
        await applications.decide_application(
            running.context, by=BUILDER, **named, decision=decision, reason="under review"
        )

    found = await target(running)
    assert found is None if taken in {"service", "provider"} else found is not None and not found.rights


@pytest.mark.requirement("X047", "X066")
async def test_a_certificate_proves_its_application_until_it_is_removed(running: Bench) -> None:
    await connected(running.context, DESK)
    named = {"member_class": "GOV", "member_code": "7003", "code": "desk"}
    fingerprint = "AB:" * 31 + "AB"
    await applications.add_certificate(running.context, by=BUILDER, **named, fingerprint=fingerprint)
    proven = await directory.application_of_certificate(running.context, fingerprint)

    await applications.remove_certificate(running.context, by=BUILDER, **named, fingerprint=fingerprint)

    after = await directory.application_of_certificate(running.context, fingerprint)
    assert (proven, after) == (f"demo/{DESK}", None)


async def test_a_caller_is_proven_by_token_or_certificate(on_sqlite: Bench) -> None:
    await connected(on_sqlite.context, DESK)
    named = {"member_class": "GOV", "member_code": "7003", "code": "desk"}
    await applications.add_certificate(on_sqlite.context, by=BUILDER, **named, fingerprint="ab" * 32)
    callers = [
        Actor("application", "x", application="demo/GOV/7009/campaigns"),
        Actor("application", "x509:ab", attributes={"certificate": "ab" * 32}),
        Actor("application", "x509:cd", attributes={"certificate": "cd" * 32}),
        Actor("application", "x509:odd", attributes={"certificate": "\x00"}),
        ANONYMOUS,
    ]

    proven = [await directory.proven_application(on_sqlite.context, caller) for caller in callers]

    assert proven == ["demo/GOV/7009/campaigns", f"demo/{DESK}", "", "", ""]
