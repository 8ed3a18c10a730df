"""The data operations over HTTP: repeats, revisions, and every kind of bad input answered with a plain refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from govstack.blocks.registries.design.model import FieldType, Registry, ServiceKind
from govstack.kernel import audit
from govstack.kernel.errors import Unavailable
from tests.builders.records import PREFIX, analyst, content_of, desk, path, plain, stocked
from tests.builders.registries import closed, field, granted, published
from tests.builders.running import Bench
from tests.databases import Databases

FURTHER = (field("Age", FieldType.INTEGER), field("Box", FieldType.JSON), field("Key", unique=True, length_max=20))


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    return await desk(sqlite_databases)


@pytest.fixture
async def registry(running: Bench) -> Registry:
    return await stocked(
        running.context, {"Code": "A", "Name": "x", "Key": "K1"}, given=plain("things", further=FURTHER)
    )


@pytest.fixture
async def client(running: Bench) -> AsyncIterator[httpx.AsyncClient]:
    async with analyst(running) as client:
        yield client


def wrapped(content: object) -> dict[str, object]:
    """A create request."""
    return {"write": {"content": content}}


@pytest.mark.requirement("SD-1")
async def test_a_create_sent_again_with_its_key_makes_one_record(
    running: Bench, client: httpx.AsyncClient, registry: Registry
) -> None:
    answers = [
        await client.post(path(registry, "/create"), json=wrapped({"Code": "B"}), headers={"idempotency-key": "k-1"})
        for _ in range(3)
    ]

    assert len({(one.status_code, one.text, one.headers["record-id"]) for one in answers}) == 1
    assert len(await content_of(running.context, registry)) == 2


@pytest.mark.requirement("SD-1")
async def test_a_retransmission_is_known_by_its_correlation_id(
    running: Bench, client: httpx.AsyncClient, registry: Registry
) -> None:
    for code in ("B", "B", "C"):
        await client.post(path(registry, "/create"), json=wrapped({"Code": code}), headers={"x-correlation-id": "c-1"})
    await client.post(path(registry, "/create"), json=wrapped({"Code": "B"}), headers={"x-correlation-id": "c-2"})

    assert [one["Code"] for one in await content_of(running.context, registry)] == ["A", "B", "C", "B"]


@pytest.mark.requirement("SD-1")
async def test_a_key_used_for_another_request_is_refused(client: httpx.AsyncClient, registry: Registry) -> None:
    for code, status in (("B", 200), ("C", 409)):
        answer = await client.post(
            path(registry, "/create"), json=wrapped({"Code": code}), headers={"idempotency-key": "k-1"}
        )
        assert answer.status_code == status
    odd = await client.post(path(registry, "/create"), json=wrapped({}), headers={"idempotency-key": "a b"})
    assert odd.status_code == 400


@pytest.mark.requirement("DRS-33")
async def test_an_etag_guards_against_lost_updates(client: httpx.AsyncClient, registry: Registry) -> None:
    etag = (await client.post(path(registry, "/read"), json={"query": {"content": {"Code": "A"}}})).headers["etag"]
    body = {"query": {"content": {"Code": "A"}}, "write": {"content": {"Name": "y"}}}

    first = await client.put(path(registry, "/update"), json=body, headers={"if-match": etag})
    body["write"]["content"]["Name"] = "z"
    second = await client.put(path(registry, "/update"), json=body, headers={"if-match": etag})
    odd = await client.put(path(registry, "/update"), json=body, headers={"if-match": "yes"})

    assert [one.status_code for one in (first, second, odd)] == [200, 412, 400]


@pytest.mark.requirement("SD-19", "X025")
@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"text"', b"{}", b'{"write":1}', b'{"write":{"content":[]}}',
        b'{"write":{"content":null}}',
        b'{"write":{"content":{"Age":"old"}}}', b'{"write":{"content":{"Age":1e999}}}',
        b'{"write":{"content":{"Age":12345678901234567890123}}}', b'{"write":{"content":{"Code":"\\u0000"}}}',
        b'{"write":{"content":{"Code":"\x00"}}}', b'{"write":{"content":{"Code":"\xff\xfe"}}}',
        b'{"write":{"content":{"Code":"\\ud800"}}}', b'{"write":{"content":{"Box":' + b"[" * 100 + b"]" * 100 + b"}}}",
        b'{"write":{"content":{"Box":' + b"[" * 90_000, b'{"a":' * 90_000, b"\xef\xbb\xbf{}", b"a=1&b=2",
    ],
)  # fmt: skip
async def test_a_body_that_cannot_be_understood_is_refused(
    running: Bench, client: httpx.AsyncClient, registry: Registry, body: bytes
) -> None:
    answer = await client.post(path(registry, "/create"), content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]
    assert len(await content_of(running.context, registry)) == 1


@pytest.mark.requirement("SD-19")
async def test_the_refusal_names_the_field(client: httpx.AsyncClient, registry: Registry) -> None:
    answer = await client.post(path(registry, "/create"), json=wrapped({"Age": "old", "Code": 5}))

    assert set(answer.json()["fields"]) == {"Age", "Code"}


@pytest.mark.requirement("X025")
async def test_a_body_of_ten_megabytes_is_too_large(client: httpx.AsyncClient, registry: Registry) -> None:
    answer = await client.post(path(registry, "/create"), json=wrapped({"Name": "x" * 10_000_000}))

    assert answer.status_code == 413


@pytest.mark.requirement("SD-19")
@pytest.mark.parametrize(
    ("method", "place", "statuses"),
    [
        ("GET", "/data/things/1.0/%2e%2e/readValue/Name.json", {404}),
        ("GET", "/data/things/1.0/x/readValue/..%2f..%2fetc%2fpasswd.json", {404}),
        ("GET", "/data/things/1.0/x/readValue/Name.exe", {404}),
        ("GET", "/data/things/1.0/x/readValue/Name", {404}),
        ("GET", "/data/things%00/1.0", {400, 404}),
        ("GET", "/data/%ff/1.0", {400}),
        ("GET", "/data/things/1.0'; DROP TABLE record_1; --", {404}),
        ("GET", "/data/record_1/1.0", {404}),
        ("DELETE", "/data/things/1.0/' OR '1'='1/delete", {204}),
        ("DELETE", "/data/things/1.0/%00/delete", {400}),
        ("DELETE", "/data/things/1.0/" + "x" * 3_000 + "/delete", {204}),
        ("GET", "/data/things/1.0/x/history", {404}),
        ("POST", "/data/things/1.0/nothing", {404, 405}),
        ("GET", "/data/things/1.0/create", {404, 405}),
    ],
)
async def test_odd_addresses_do_no_harm(
    running: Bench, client: httpx.AsyncClient, registry: Registry, method: str, place: str, statuses: set[int]
) -> None:
    answer = await client.request(method, PREFIX + place)

    assert answer.status_code in statuses
    assert len(await content_of(running.context, registry)) == 1


@pytest.mark.requirement("SD-19")
async def test_odd_addresses_do_no_harm_on_postgresql(postgres_databases: Databases) -> None:
    running = await desk(postgres_databases)
    registry = await stocked(running.context, {"Code": "A"}, given=plain("things"))
    async with analyst(running) as client:
        statuses = [
            (await client.request(method, path(registry, place))).status_code
            for method, place in (
                ("DELETE", "/%00/delete"), ("DELETE", "/'; DROP TABLE record_1; --/delete"), ("DELETE", "/x/delete"),
                ("GET", "/%F0%9F%98%80/readValue/Name.json"), ("GET", "/x/readValue/'.json"), ("GET", "/x/history"),
                ("POST", "/x/archive"), ("POST", "/x/restore"),
            )
        ]  # fmt: skip

    assert statuses == [400, 204, 204, 404, 404, 404, 204, 204]
    assert len(await content_of(running.context, registry)) == 1


@pytest.mark.requirement("DRS-33", "DR-D11")
async def test_names_with_dots_and_blanks_are_read_as_values(running: Bench, client: httpx.AsyncClient) -> None:
    names = ("First name", "a.b", "名前")
    registry = await stocked(running.context, dict.fromkeys(names, "v"), fields=[*map(field, names)])
    uuid = (await client.get(path(registry), params={"details": "true"})).json()["results"][0]["uuid"]

    answers = [await client.get(path(registry, f"/{uuid}/readValue/{name}.json")) for name in names]

    assert [one.text for one in answers] == ['"v"'] * 3


@pytest.mark.requirement("DRS-33", "DR-D11")
async def test_values_that_are_no_text_come_in_an_object(running: Bench, client: httpx.AsyncClient) -> None:
    registry = await stocked(running.context, {"Age": 3, "Box": {"a": 1}}, given=plain(further=FURTHER))
    uuid = (await client.get(path(registry), params={"details": "true"})).json()["results"][0]["uuid"]

    answers = [await client.get(path(registry, f"/{uuid}/readValue/{name}.json")) for name in ("Age", "Box", "Name")]

    assert [one.json() for one in answers[:2]] == [{"value": 3}, {"value": {"a": 1}}]
    assert (answers[2].status_code, answers[2].json()) == (404, {"detail": "no record found"})


@pytest.mark.requirement("DRS-17", "SD-19")
async def test_a_taken_unique_value_is_a_conflict(client: httpx.AsyncClient, registry: Registry) -> None:
    answer = await client.post(path(registry, "/create"), json=wrapped({"Key": "K1"}))

    assert (answer.status_code, answer.json()["fields"]) == (409, {"/Key": "is taken by another record"})


@pytest.mark.requirement("DRS-6", "X055")
async def test_nobody_gets_in_without_a_right_and_every_refusal_is_audited(running: Bench, registry: Registry) -> None:
    await closed(running.context, registry)
    async with running.client() as nobody, running.person("stranger") as stranger:
        anonymous = await nobody.get(path(registry))
        refused = await stranger.get(path(registry))
        wrong = await running.client("not-a-token").get(path(registry))

    async with running.context.database.reading() as tx:
        entries = await audit.entries(tx, action="registries.data-list")
    assert (anonymous.status_code, refused.status_code, wrong.status_code) == (401, 403, 401)
    assert [(one.actor, one.outcome, one.subject) for one in entries] == [("stranger", "refused", "things/1.0")]


@pytest.mark.requirement("DRS-6", "DRS-27")
async def test_an_open_registry_is_read_by_anyone(running: Bench, registry: Registry) -> None:
    await granted(running.context, registry, "anyone", ServiceKind.LIST, ServiceKind.READ)
    async with running.client() as nobody:
        listed = await nobody.get(path(registry))
        created = await nobody.post(path(registry, "/create"), json=wrapped({"Code": "B"}))

    assert (listed.json()["count"], created.status_code) == (1, 401)


@pytest.mark.requirement("DRS-6")
async def test_whoever_is_signed_in_may_read_until_the_analyst_closes_it(running: Bench, registry: Registry) -> None:
    async with running.person("anyone-signed-in") as client:
        before = await client.get(path(registry))
        await closed(running.context, registry)
        after = await client.get(path(registry))

    assert (before.status_code, after.status_code) == (200, 403)


@pytest.mark.requirement("DRS-6")
async def test_a_right_given_or_taken_holds_for_the_next_request(running: Bench, registry: Registry) -> None:
    await closed(running.context, registry)
    async with running.application("demo/GOV/7001/desk") as client:
        statuses = [(await client.get(path(registry))).status_code]
        await granted(running.context, registry, "application:demo/GOV/*/*", ServiceKind.LIST)
        statuses.append((await client.get(path(registry))).status_code)

    assert statuses == [403, 200]


@pytest.mark.requirement("X025")
async def test_a_database_that_is_away_is_said_to_be_and_is_used_again_when_back(
    running: Bench, client: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = running.context.database
    away = type(database).reading

    def refuse(*_: object, **__: object) -> object:
        raise Unavailable

    monkeypatch.setattr(type(database), "reading", refuse)
    gone = await client.get(path(registry))
    monkeypatch.setattr(type(database), "reading", away)
    back = await client.get(path(registry))

    assert (gone.status_code, back.status_code) == (503, 200)


@pytest.mark.requirement("X025")
async def test_a_full_disk_stores_nothing_and_says_so(
    running: Bench, client: httpx.AsyncClient, registry: Registry
) -> None:
    async with running.context.database.transaction() as tx:
        pages = (await tx.fetch("PRAGMA page_count"))[0]["page_count"]
        await tx.fetch(f"PRAGMA max_page_count = {pages + 2}")

    full = await client.post(path(registry, "/createEntries"), json={"write": [{"content": {"Name": "x" * 900}}] * 500})
    async with running.context.database.transaction() as tx:
        await tx.fetch("PRAGMA max_page_count = 1000000")
    after = await client.post(path(registry, "/create"), json=wrapped({"Code": "B"}))

    assert (full.status_code, after.status_code) == (503, 200)
    assert len(await content_of(running.context, registry)) == 2
    assert (await client.post(path(registry, "/verify"))).json()["sound"]


@pytest.mark.requirement("SD-6")
async def test_reordered_and_repeated_changes_end_where_the_last_one_says(
    running: Bench, client: httpx.AsyncClient, registry: Registry
) -> None:
    for name in ("b", "a", "b", "c", "a"):
        body = {"query": {"content": {"Code": "A"}}, "write": {"content": {"Name": name}}}
        assert (await client.put(path(registry, "/update"), json=body)).status_code == 200

    assert [one["Name"] for one in await content_of(running.context, registry)] == ["a"]


@pytest.mark.requirement("DRS-33", "SD-13")
async def test_bulk_requests_are_read_as_json_or_as_a_form(
    running: Bench, client: httpx.AsyncClient, registry: Registry
) -> None:
    place = path(registry, "/createEntries")
    entry = '[{"content": {"Code": "B"}}]'
    answers = [
        await client.post(place, content=f'{{"write": {entry}}}', headers={"content-type": "application/json"}),
        await client.post(place, data={"write": entry}),
        await client.post(place, data={"write": entry}, files={"x": b""}),
        await client.post(place, data={"write": "nonsense"}),
        await client.post(place, json={"write": [{"nothing": 1}]}),
    ]

    assert [one.status_code for one in answers] == [201, 201, 201, 400, 400]
    assert len(await content_of(running.context, registry)) == 4


@pytest.mark.requirement("DRS-33")
async def test_a_published_registry_is_found_by_latest_too(running: Bench, client: httpx.AsyncClient) -> None:
    await published(running.context, plain("newest"))

    assert (await client.get(f"{PREFIX}/data/newest/latest")).json() == {"count": 0, "results": []}
