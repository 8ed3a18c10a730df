"""Rights: lists that page over pairs, allow and deny, and the way from a request to an approval."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.builders.mediator import connected, granted, offered, trail, work
from tests.builders.running import Bench

PEOPLE, DESK = "GOV/7001/register/people", "GOV/7003/desk"
ALLOW, DENY, REQUESTS = "/api/v1/rights/allow", "/api/v1/rights/deny", "/api/v1/access-requests"
DESK_RIGHT = {"memberClass": "GOV", "memberCode": "7003", "applicationId": "desk"}
PROVIDER, CONSUMER = "mediator:application:GOV/7001/register:rights", "mediator:application:GOV/7003/desk:rights"


def rights(*allowed: dict[str, Any], service: str = "people") -> list[dict[str, Any]]:
    """Return a list of rights to a service of the register."""
    provider = {"memberClass": "GOV", "memberCode": "7001", "applicationId": "register", "serviceId": service}
    return [{**provider, "rights": list(allowed)}]


async def change(running: Bench, path: str, body: object) -> httpx.Response:
    """Change rights as the ecosystem's administrator of rights."""
    async with running.person("mila", "mediator:rights") as client:
        return await client.patch(path, json=body)


async def listed(running: Bench, **query: str) -> dict[str, Any]:
    """Return a page of the allow list."""
    async with running.person("auditor", "mediator:read-rights") as client:
        answer = await client.get(ALLOW, params=query)
    assert answer.status_code == 200
    page: dict[str, Any] = answer.json()
    return page


async def test_an_application_is_allowed_and_listed_in_the_published_shape(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK, member_name="Social Affairs")

    answer = await change(running, ALLOW, rights({**DESK_RIGHT, "purpose": "Verify candidates"}))

    assert answer.status_code == 200
    shown = {**DESK_RIGHT, "member": "Social Affairs", "application": "desk", "purpose": "Verify candidates"}
    assert await listed(running) == {"allowList": rights(shown)}


@pytest.mark.requirement("IM-5.1.1")
async def test_allowing_and_denying_can_be_repeated(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)

    statuses = [(await change(running, path, rights(DESK_RIGHT))).status_code for path in (ALLOW, ALLOW, DENY, DENY)]

    assert statuses == [200] * 4
    assert await listed(running) == {"allowList": []}
    acts = [entry.action for entry in await trail(running.context, "mediator.rights")]
    assert acts == ["mediator.rights.deny", "mediator.rights.allow"]


async def test_a_right_can_be_narrowed_to_endpoints_named_by_path_or_operation(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)
    endpoint = {"method": "GET", "path": "/people"}

    await change(running, ALLOW, rights({**DESK_RIGHT, "endpoints": [endpoint], "operations": ["read"]}))

    held = (await listed(running))["allowList"][0]["rights"][0]["endpoints"]
    assert sorted(one["path"] for one in held) == ["/people", "/people/{id}"]


async def test_denying_one_endpoint_of_a_whole_service_leaves_the_others(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await granted(running.context, PEOPLE, DESK)

    await change(running, DENY, rights({**DESK_RIGHT, "operations": ["create"]}))

    held = (await listed(running))["allowList"][0]["rights"][0]["endpoints"]
    assert sorted((one["method"], one["path"]) for one in held) == [
        ("GET", "/people"), ("GET", "/people/count"), ("GET", "/people/{id}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        rights(DESK_RIGHT, service="births"),
        rights({**DESK_RIGHT, "applicationId": "nobody"}),
        rights({"memberClass": "GOV", "memberCode": "7003"}),
        rights({**DESK_RIGHT, "operations": ["destroy"]}),
        rights({**DESK_RIGHT, "endpoints": [{"method": "GET", "path": "/x"}]}),
        [{"memberClass": "GOV"}],
        {"rights": []},
        "text",
        rights({**DESK_RIGHT, "memberCode": "\u0000"}),
        rights({**DESK_RIGHT, "memberCode": "../7003"}),
    ],
)
async def test_a_list_that_names_what_is_not_there_changes_nothing(on_sqlite: Bench, body: object) -> None:
    await offered(on_sqlite.context, PEOPLE)
    await connected(on_sqlite.context, DESK)
    good = rights(DESK_RIGHT)

    answer = await change(on_sqlite, ALLOW, good + body if isinstance(body, list) else body)

    assert answer.status_code == 400
    assert await listed(on_sqlite) == {"allowList": []}


@pytest.mark.requirement("I2")
async def test_who_does_not_administer_the_provider_is_answered_401(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)

    async with running.person("eve", roles=(CONSUMER,)) as client:
        answers = [
            await client.get(ALLOW),
            await client.get(ALLOW, params={"memberClass": "GOV", "memberCode": "7001"}),
            await client.patch(ALLOW, json=rights(DESK_RIGHT)),
            await client.patch(DENY, json=rights(DESK_RIGHT)),
        ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert [entry.outcome for entry in await trail(running.context, "mediator.rights")] == ["refused", "refused"]


@pytest.mark.requirement("I2")
async def test_a_providers_administrator_keeps_its_own_allow_list(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)

    async with running.person("amal", roles=(PROVIDER,)) as client:
        allowed = await client.patch(ALLOW, json=rights(DESK_RIGHT))
        query = {"memberClass": "GOV", "memberCode": "7001", "applicationId": "register"}
        own = await client.get(ALLOW, params=query)

    assert (allowed.status_code, len(own.json()["allowList"])) == (200, 1)


async def three_services_of_eight_clients(running: Bench) -> None:
    """Fill the directory as the published example of paging has it."""
    for code in ("a", "b", "c"):
        await offered(running.context, f"GOV/7001/register/{code}")
        for number in range(8):
            await granted(running.context, f"GOV/7001/register/{code}", f"GOV/7003/client{number}")


def pairs(page: dict[str, Any]) -> list[tuple[str, int]]:
    """Return how many applications a page shows for each service."""
    return [(one["serviceId"], len(one["rights"])) for one in page["allowList"]]


async def test_pages_count_pairs_of_service_and_application(running: Bench) -> None:
    await three_services_of_eight_clients(running)

    first = await listed(running, pageSize="10")
    second = await listed(running, pageSize="10", nextPageToken=first["nextPageToken"])
    third = await listed(running, pageSize="10", nextPageToken=second["nextPageToken"])

    assert [pairs(page) for page in (first, second, third)] == [[("a", 8), ("b", 2)], [("b", 6), ("c", 4)], [("c", 4)]]
    assert "nextPageToken" not in third


async def test_a_token_stays_good_while_rights_change(running: Bench) -> None:
    await three_services_of_eight_clients(running)
    first = await listed(running, pageSize="10")

    gone = {"memberClass": "GOV", "memberCode": "7003", "applicationId": "client1"}
    await change(running, DENY, rights(gone, service="b"))
    await granted(running.context, "GOV/7001/register/a", "GOV/7003/client9")
    rest = await listed(running, nextPageToken=first["nextPageToken"])

    assert pairs(rest) == [("b", 6), ("c", 8)]


async def test_filters_name_the_provider(running: Bench) -> None:
    await three_services_of_eight_clients(running)

    found = [
        await listed(running, **query)
        for query in ({"serviceId": "b"}, {"memberCode": "7003"}, {"applicationId": "register"})
    ]

    assert [pairs(page) for page in found] == [[("b", 8)], [], [("a", 8), ("b", 8), ("c", 8)]]


async def test_a_token_is_not_readable_and_not_good_for_another_list(on_sqlite: Bench) -> None:
    await three_services_of_eight_clients(on_sqlite)
    token = (await listed(on_sqlite, pageSize="1"))["nextPageToken"]

    async with on_sqlite.person("auditor", "mediator:read-rights") as client:
        other = await client.get(ALLOW, params={"serviceId": "b", "nextPageToken": token})
        made_up = await client.get(ALLOW, params={"nextPageToken": "abc"})
        negative = await client.get(ALLOW, params={"pageSize": "0"})

    assert "client0" not in token
    assert [answer.status_code for answer in (other, made_up, negative)] == [400] * 3


async def ask(running: Bench, **body: object) -> httpx.Response:
    """Ask for access as the consuming application."""
    async with running.application("demo/GOV/7003/desk") as client:
        return await client.post(REQUESTS, json={"service": PEOPLE, "client": DESK, "purpose": "Verify", **body})


@pytest.mark.requirement("I9")
async def test_a_consumer_asks_and_the_providers_approval_joins_the_allow_list(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)
    asked = await ask(running, operations=["read"], agreement="Treaty 7")

    async with running.person("amal", roles=(PROVIDER,)) as provider:
        approved = [await provider.post(f"{REQUESTS}/{asked.json()['id']}/approve") for _ in range(2)]

    assert (asked.status_code, asked.json()["state"], asked.json()["agreement"]) == (201, "requested", "Treaty 7")
    assert [(answer.status_code, answer.json()["state"]) for answer in approved] == [(200, "approved")] * 2
    right = (await listed(running))["allowList"][0]["rights"][0]
    assert (right["applicationId"], right["endpoints"], right["purpose"]) == (
        "desk", [{"method": "GET", "path": "/people/{id}"}], "Verify",
    )  # fmt: skip


async def test_asking_twice_is_asking_once(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)

    first, again = await ask(running), await ask(running)

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await trail(running.context, "mediator.access")) == 1


async def test_a_rejected_request_gives_no_right_and_can_be_asked_anew(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)
    asked = (await ask(running)).json()["id"]

    async with running.person("amal", roles=(PROVIDER,)) as provider:
        rejected = await provider.post(f"{REQUESTS}/{asked}/reject", json={"reason": "No agreement yet."})
        late = await provider.post(f"{REQUESTS}/{asked}/approve")
    anew = await ask(running)

    assert (rejected.json()["state"], rejected.json()["reason"], late.status_code) == (
        "rejected",
        "No agreement yet.",
        409,
    )
    assert anew.json()["id"] != asked
    assert await listed(running) == {"allowList": []}


async def test_a_consumer_withdraws_but_does_not_approve(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)
    asked = (await ask(running)).json()["id"]

    async with running.application("demo/GOV/7003/desk") as consumer:
        approved = await consumer.post(f"{REQUESTS}/{asked}/approve")
        withdrawn = await consumer.delete(f"{REQUESTS}/{asked}")

    assert (approved.status_code, withdrawn.json()["state"]) == (403, "withdrawn")


async def test_requests_are_seen_by_their_two_sides(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await connected(running.context, DESK)
    asked = (await ask(running)).json()["id"]
    clients = [
        running.person("amal", roles=(PROVIDER,)), running.person("sela", roles=(CONSUMER,)),
        running.application("demo/GOV/7003/desk"), running.person("eve", roles=("mediator:member:GOV/7009",)),
        running.client(),
    ]  # fmt: skip
    queries = [{"provider": "GOV/7001/register"}, {"consumer": DESK}, {"consumer": DESK}, {"consumer": DESK}, {}]

    lists = [
        (await client.get(REQUESTS, params=query)).status_code for client, query in zip(clients, queries, strict=True)
    ]
    single = [(await client.get(f"{REQUESTS}/{asked}")).status_code for client in clients]

    assert lists == [200, 200, 200, 401, 401]
    assert single == [200, 200, 200, 404, 404]


async def test_requests_are_listed_newest_first_page_by_page(running: Bench) -> None:
    await connected(running.context, DESK)
    for code in ("a", "b", "c"):
        await offered(running.context, f"GOV/7001/register/{code}")
        await ask(running, service=f"GOV/7001/register/{code}")

    async with running.person("mila", "mediator:rights") as client:
        first = (await client.get(REQUESTS, params={"pageSize": 2})).json()
        query = {"pageSize": 2, "nextPageToken": first["nextPageToken"]}
        second = (await client.get(REQUESTS, params=query)).json()

    assert [one["service"][-1] for page in (first, second) for one in page["requests"]] == ["c", "b", "a"]
    assert "nextPageToken" not in second


@pytest.mark.parametrize(
    ("change_", "status"),
    [
        ({"service": "GOV/7001/register/births"}, 404),
        ({"service": "people"}, 400),
        ({"client": "GOV/7009/other"}, 403),
        ({"operations": ["destroy"]}, 400),
        ({"purpose": "a" * 5_000}, 400),
        ({"purpose": 5}, 400),
    ],
)
async def test_a_request_for_what_is_not_there_is_refused(
    on_sqlite: Bench, change_: dict[str, object], status: int
) -> None:
    await offered(on_sqlite.context, PEOPLE)
    await connected(on_sqlite.context, DESK)

    assert (await ask(on_sqlite, **change_)).status_code == status


async def test_a_change_of_rights_is_told_to_subscribers(running: Bench) -> None:
    await offered(running.context, PEOPLE)
    await granted(running.context, PEOPLE, DESK)
    await work(running.context)

    async with running.context.database.reading() as tx:
        told = await tx.fetch("SELECT payload FROM job WHERE kind = 'event' ORDER BY id")

    assert any("mediator.rights.changed" in str(row["payload"]) and DESK in str(row["payload"]) for row in told)
