"""What published clients send, and what they are answered."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import msgspec
import pytest

from tests.builders.messaging import PUBLISHED_KEY, registered, rows, single
from tests.builders.running import Bench

SENDER = {
    "organisationName": "Example Medical Insitution", "organisationRegNr": "GOV1234567890",
    "onBehalfOfName": "Example Medical Insitution", "onBehalfOfRegNr": "GOV1234567890", "email": "sender@example.com",
    "replyTo": "reply-to@example.com", "name": "Example Doctor",
}  # fmt: skip
CUSTOMER = {
    "email": "customer@example.com", "emailCC": "customer-cc@example.com", "emailBCC": "customer-bcc@example.com",
    "name": "Example Customer",
}  # fmt: skip
BATCH = base64.b64encode(
    msgspec.json.encode(
        [
            {"recipientInfo": CUSTOMER},
            {"recipientInfo": {"email": "dear-customer@example.com", "name": "Unknown Customer"}},
        ]
    )
).decode()
SINGLE: dict[str, Any] = {
    "callback": {"URI": "https://example.com/callback/emails/requestUID"},
    "senderInfo": SENDER,
    "recipientInfo": CUSTOMER,
    "emailContent": {"encoding": "UTF-8", "title": "Example Title Of An Email", "content": "Example Customer"},
}
MANY = {**SINGLE, "recipientInfo": {"batchEmailAsBase64": BATCH}}
KEY = {"api_key": PUBLISHED_KEY}
SENDS = ("/send/email/single", "/send/email/batch")
PREFIXES = pytest.mark.parametrize("prefix", ["", "/v1"])


async def uid_of(client: httpx.AsyncClient, path: str = SENDS[0], body: dict[str, Any] | None = None) -> str:
    """Send and return the request's id."""
    answer = await client.post(path, json=SINGLE if body is None else body, headers=KEY)
    assert answer.status_code == 200, answer.text
    uid: str = answer.json()["requestUID"]
    return uid


@PREFIXES
@pytest.mark.requirement("MSG-D1", "MSG-D2", "MSG-D3", "MSG-D4", "MSG-D7", "MSG-D9", "MSG-D10")
@pytest.mark.parametrize("path", SENDS)
@pytest.mark.parametrize("body", [SINGLE, MANY], ids=["single", "many"])
@pytest.mark.parametrize("header", ["apiKey", "api_key"])
@pytest.mark.parametrize("key", ["abcdef12345", "xyz0987", "xyz12345"])
async def test_both_operations_take_both_bodies(
    conforming: Bench, prefix: str, path: str, body: dict[str, Any], header: str, key: str
) -> None:
    async with conforming.client() as client:
        answer = await client.post(prefix + path, json=body, headers={header: key})

    found = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert found["requestUID"] == found["requestUid"]
    assert found["requestUid"]
    assert isinstance(found["response"], str)


@PREFIXES
@pytest.mark.requirement("MSG-D5", "MSG-D6", "MSG-D8")
@pytest.mark.parametrize("path", SENDS)
async def test_every_fault_of_sending_answers_405_and_does_nothing(conforming: Bench, prefix: str, path: str) -> None:
    async with conforming.client() as client:
        wrong = [await client.request(method, prefix + path, headers=KEY) for method in ("GET", "PUT", "DELETE")]
        faults = [
            await client.post(prefix + path, json=SINGLE),
            await client.post(prefix + path, json=SINGLE, headers={"api_key": "unknown"}),
            await client.post(prefix + path, headers=KEY),
            await client.post(prefix + path, json={}, headers=KEY),
            await client.post(prefix + path, content=b"{", headers={**KEY, "content-type": "application/json"}),
            await client.post(prefix + path, json={**SINGLE, "senderInfo": {"email": "x@y.example"}}, headers=KEY),
        ]

    assert [answer.status_code for answer in (*wrong, *faults)] == [405] * 9
    assert {answer.headers["allow"] for answer in (*wrong, *faults)} == {"POST"}
    assert {answer.headers["content-type"] for answer in faults} == {"application/json; charset=utf-8"}
    assert await rows(conforming.context, "SELECT id FROM message") == []


@PREFIXES
@pytest.mark.requirement("MSG-D5", "MSG-D6", "MSG-D8")
async def test_every_fault_of_asking_answers_405(conforming: Bench, prefix: str) -> None:
    path = f"{prefix}/status/email"
    async with conforming.client() as client:
        uid = await uid_of(client)
        good = {**KEY, "requestUID": uid}
        answers = [
            await client.post(path, headers=good),
            await client.put(path, headers=good),
            await client.get(f"{path}?status[]=delivered", headers={"requestUID": uid}),
            await client.get(f"{path}?status[]=delivered", headers=KEY),
            await client.get(path, headers=good),
            await client.get(f"{path}?status[]=unheard", headers=good),
            await client.get(f"{path}?status[]=delivered", headers={**KEY, "requestUID": "unknown"}),
        ]

    assert [(answer.status_code, answer.headers["allow"]) for answer in answers] == [(405, "GET")] * 7


@PREFIXES
@pytest.mark.requirement("MSG-D13", "MSG-D14", "MSG-D15", "MSG-D7", "MSG-D1")
@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("status[]=scheduled&status[]=processing&status[]=deferred&status[]=bounced&status[]=not%20sent&status[]=delivered",
         {"scheduled", "processing", "deferred", "bounced", "not sent", "delivered"}),
        ("status=notSent&status=delivered", {"notSent", "delivered"}),
        ("status=not_sent,delivered", {"not_sent", "delivered"}),
        ("status%5B%5D=delivered", {"delivered"}),
    ],
)  # fmt: skip
async def test_states_are_counted_under_the_callers_spelling(
    conforming: Bench, prefix: str, query: str, labels: set[str]
) -> None:
    async with conforming.client() as client:
        uid = await uid_of(client, SENDS[1], MANY)
        answer = await client.get(f"{prefix}/status/email?{query}", headers={**KEY, "requestUid": uid})

    assert (answer.status_code, set(answer.json())) == (200, labels)
    assert all(type(number) is int for number in answer.json().values())


@pytest.mark.requirement("MSG-D11")
async def test_the_same_request_many_times_is_answered_with_an_id(conforming: Bench) -> None:
    async with conforming.client() as client:
        found = {await uid_of(client) for _ in range(5)}

    assert len(found) == 1


@pytest.mark.requirement("MSG-D10", "MSG-D14")
async def test_the_published_counters_are_there(conforming: Bench) -> None:
    query = "&".join(f"status={name}" for name in ("scheduled", "processing", "bounced", "not_sent", "delivered"))
    async with conforming.client() as client:
        answer = await client.get(
            f"/status/email?{query}", headers={**KEY, "requestUID": "fUQK-CPju-Ea5B-6y7X-8A72-Tr3X"}
        )

    assert answer.json() == {"scheduled": 1, "processing": 666, "bounced": 123, "not_sent": 2, "delivered": 1024}


@pytest.mark.requirement("MSG-06")
async def test_seeding_again_leaves_the_same_state(conforming: Bench) -> None:
    from govstack.blocks.messaging.manifest import MANIFEST

    before = [await rows(conforming.context, f"SELECT * FROM {table}") for table in ("sender_key", "request_tally")]
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(conforming.context)

    assert [
        await rows(conforming.context, f"SELECT * FROM {table}") for table in ("sender_key", "request_tally")
    ] == before


async def test_outside_the_conformance_profile_faults_have_codes_of_their_own(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    async with on_sqlite.client(apiKey=made.key) as client:
        statuses = [
            (await client.post("/v1/send/email/single", json=single(), headers={"apiKey": ""})).status_code,
            (await client.post("/v1/send/email/single")).status_code,
            (await client.get("/v1/send/email/single")).status_code,
            (await client.get("/v1/status/email?status=delivered")).status_code,
            (await client.get("/v1/status/email", headers={"requestUid": "x"})).status_code,
            (await client.post("/send/email/single", json=single())).status_code,
        ]

    assert statuses == [401, 400, 405, 400, 400, 404]
