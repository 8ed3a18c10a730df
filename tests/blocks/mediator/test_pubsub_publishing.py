"""Publishing: an event is checked and stored before its id is returned, and it is stored once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.blocks.mediator.rooms.model import Act
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from govstack.kernel import clock
from tests.builders.pubsub import PUBLISHER, STRANGER, TYPE, P, Room, room, room_on_sqlite

__all__ = ["room", "room_on_sqlite"]
PUB = f"{P}/pub/v1/{TYPE}"
ID = "0f5e9a3c-8a31-4f7e-9b57-1c2d3e4f5a6b"


async def send(found: Room, body: Any, **headers: str) -> httpx.Response:
    """Publish as the publisher."""
    async with found.client(**headers) as client:
        return await client.post(PUB, json=body)


def event(number: int = 1, **extra: Any) -> dict[str, Any]:
    """Return a publication."""
    return {"eventType": TYPE, "event": {"number": number}, **extra}


@pytest.mark.requirement("I17", "I25", "I28")
async def test_a_publisher_gets_the_id_of_its_event(room: Room) -> None:
    answers = [await send(room, event(number)) for number in (1, 2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [list(answer.json()) for answer in answers] == [["id"], ["id"]]
    assert len({answer.json()["id"] for answer in answers}) == 2


@pytest.mark.requirement("I26")
async def test_every_event_is_logged_with_sender_time_and_type_but_not_its_content(room: Room) -> None:
    moment = clock.now()
    with clock.fixed(moment):
        event_id = await room.publish(7, payload={"place": "City Hospital"})
    rows = await room.rows("SELECT * FROM event")

    assert [(row["id"], row["publisher"], row["received_at"], row["event_type"]) for row in rows] == [
        (event_id, PUBLISHER, clock.timestamp(moment), TYPE)
    ]
    assert "City Hospital" not in str(rows)


@pytest.mark.requirement("I17")
async def test_an_event_that_does_not_fit_its_schema_is_refused_and_not_stored(room: Room) -> None:
    answer = await send(room, {"eventType": TYPE, "event": {"number": "one"}})

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["event/number"]
    assert await room.rows("SELECT id FROM event") == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"eventType": TYPE},
        {"eventType": "death", "event": {"number": 1}},
        {"eventType": TYPE, "event": [1]},
        {"eventType": TYPE, "event": "text"},
        {"eventType": TYPE, "event": None},
        {"eventType": TYPE, "event": {"number": 1}, "id": "no uuid"},
        {"eventType": TYPE, "event": {"number": 1}, "id": 7},
        {"eventType": TYPE, "event": {"number": 1}, "key": "x" * 201},
        {"eventType": TYPE, "event": {"number": 1}, "key": "line\nbreak"},
    ],
)
async def test_a_malformed_publication_is_refused(room_on_sqlite: Room, body: Any) -> None:
    assert (await send(room_on_sqlite, body)).status_code == 400


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"eventType": "newBirth", "event": {"number": 1, "place": "\\ud800"}}', b"\xff\xfe", b"[" * 5_000],
)
async def test_what_is_not_json_is_refused(room_on_sqlite: Room, content: bytes) -> None:
    async with room_on_sqlite.client() as client:
        answer = await client.post(PUB, content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 400


async def test_a_payload_is_passed_on_as_it_was_written(room_on_sqlite: Room) -> None:
    content = b'{"eventType":"newBirth","event":{ "z":1.10, "number" : 12345678901234567890123, "a":"\\u00e4" }}'
    await room_on_sqlite.subscriber("police", Wish(mode=Mode.PULL))
    async with room_on_sqlite.client() as client:
        published = await client.post(PUB, content=content, headers={"content-type": "application/json"})
    async with room_on_sqlite.client("demo/GOV/8000/police") as client:
        pulled = await client.get(f"{P}/pull/v1/{TYPE}")

    assert published.status_code == 201
    assert b'"event":{ "z":1.10, "number" : 12345678901234567890123, "a":"\\u00e4" }' in pulled.content


@pytest.mark.parametrize(("size", "status"), [(1_000, 201), (2_000, 413), (1_200_000, 413)])
async def test_a_large_event_is_refused_with_a_hint(room_on_sqlite: Room, size: int, status: int) -> None:
    values = {**room_on_sqlite.context.settings.values, "MEDIATOR_EVENT_BYTES": "1500"}
    room_on_sqlite.context.settings.values.update(values)  # type: ignore[attr-defined]
    answer = await send(room_on_sqlite, {"eventType": TYPE, "event": {"number": 1, "place": "x" * size}})

    assert answer.status_code == status
    if size == 2_000:
        assert "1500 are allowed" in answer.json()["detail"]
        assert "ask you for the details" in answer.json()["detail"]


async def test_an_unknown_type_is_not_found(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client() as client:
        answer = await client.post(f"{P}/pub/v1/nothing", json={"eventType": "nothing", "event": {}})

    assert answer.status_code == 404


async def test_without_the_right_nobody_publishes(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client(STRANGER) as stranger, room_on_sqlite.bench.client() as nobody:
        answers = [await one.post(PUB, json=event()) for one in (stranger, nobody)]
    async with room_on_sqlite.bench.person("anna", "mediator:administer") as anna:
        answers.append(await anna.post(PUB, json=event()))

    assert [answer.status_code for answer in answers] == [403, 401, 403]


async def test_a_type_that_was_made_anew_elsewhere_takes_events_at_once(room: Room) -> None:
    await room.publish(1)
    remembered = dict(room.context.memory)
    async with room.client("room") as client:
        await client.delete(f"{P}/api/v1/eventType/{TYPE}")
        await client.post(f"{P}/api/v1/eventType", json={"eventType": TYPE, "schema": {}})
    room.context.memory.update(remembered)  # as in a process that did not hear of it

    answer = await send(room, event(2))

    assert answer.status_code == 201
    assert [row["sequence"] for row in await room.rows("SELECT sequence FROM event ORDER BY number")] == [1, 1]


async def test_the_rooms_own_application_may_publish(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client("room") as client:
        answer = await client.post(PUB, json=event())

    assert answer.status_code == 201


async def test_a_certificate_proves_a_publisher(room_on_sqlite: Room) -> None:
    fingerprint = "ab" * 32
    async with room_on_sqlite.bench.person("anna", "mediator:administer") as anna:
        await anna.put(f"/api/v1/members/GOV/7001/applications/hospital/certificates/{fingerprint}")
    inner = room_on_sqlite.bench.running.application

    async def with_certificate(scope: Any, receive: Any, send_: Any) -> None:
        await inner({**scope, "extensions": {"tls": {"client_fingerprint": fingerprint}}}, receive, send_)

    transport = httpx.ASGITransport(app=with_certificate)
    async with httpx.AsyncClient(transport=transport, base_url="http://any.test") as client:
        answer = await client.post(PUB, json=event(), headers={"X-GovStack-Client": PUBLISHER})

    assert answer.status_code == 201


# The same event sent again.


@pytest.mark.requirement("I25", "I28", "IM-5.1.1")
@pytest.mark.parametrize("by", ["id", "header"])
async def test_the_same_event_sent_again_is_one_event(room: Room, by: str) -> None:
    await room.subscriber("police")
    body = event(1, id=ID) if by == "id" else event(1)
    headers = {"Idempotency-Key": "request-1"} if by == "header" else {}
    answers = [await send(room, body, **headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await room.states() == ["waiting"]


async def test_the_publishers_own_id_is_the_events_id(room: Room) -> None:
    answer = await send(room, event(1, id=ID.upper()))

    assert answer.json() == {"id": ID}


async def test_many_repetitions_at_once_are_one_event(room: Room) -> None:
    async with room.client() as client:
        answers = await asyncio.gather(*(client.post(PUB, json=event(1, id=ID)) for _ in range(12)))

    assert {(answer.status_code, answer.json().get("id")) for answer in answers} == {(201, ID)}
    assert len(await room.rows("SELECT id FROM event")) == 1
    assert [row["last"] for row in await room.rows("SELECT last FROM event_sequence")] == [1]


@pytest.mark.parametrize("other", [{"event": {"number": 2}}, {"key": "another"}])
async def test_an_id_does_not_serve_for_another_event(room: Room, other: dict[str, Any]) -> None:
    first = await send(room, event(1, id=ID))
    second = await send(room, {**event(1, id=ID), **other})

    assert (first.status_code, second.status_code) == (201, 409)


async def test_an_id_of_somebody_else_is_taken(room: Room) -> None:
    await room.allow("COM/9/shop", Act.PUBLISH)
    await send(room, event(1, id=ID))
    async with room.client(STRANGER) as client:
        answer = await client.post(PUB, json=event(1, id=ID))

    assert answer.status_code == 409


# Order.


@pytest.mark.requirement("I17")
async def test_numbers_rise_with_each_key(room: Room) -> None:
    for key in ("a", "b", "a", "", "a", ""):
        await send(room, event(1, **({"key": key} if key else {})))
    rows = await room.rows("SELECT key, sequence FROM event ORDER BY number")

    assert [(row["key"], row["sequence"]) for row in rows] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        (PUBLISHER, 1),
        ("a", 3),
        (PUBLISHER, 2),
    ]


async def test_numbers_of_a_key_rise_without_a_gap_however_many_publish(room: Room) -> None:
    async with room.client() as client:
        await asyncio.gather(*(client.post(PUB, json=event(number, key="one")) for number in range(25)))
    rows = await room.rows("SELECT sequence, received_at FROM event ORDER BY number")

    assert [row["sequence"] for row in rows] == list(range(1, 26))
    assert [row["received_at"] for row in rows] == sorted(row["received_at"] for row in rows)


# What the publisher sees, and stopping.


@pytest.mark.requirement("I29")
async def test_the_publisher_reads_its_event_and_how_far_it_has_come(room: Room) -> None:
    await room.subscriber("police")
    await room.subscriber("court", Wish(mode=Mode.PULL))
    event_id = await room.publish(3, key="case")
    await room.push()
    async with room.client() as client:
        found = (await client.get(f"{PUB}/{event_id}")).json()

    assert (found["id"], found["sequence"], found["eventType"], found["event"]) == (event_id, 1, TYPE, {"number": 3})
    assert found["publisherId"]["applicationCode"] == "hospital"
    assert found["status"]["state"] == "pending"
    assert found["status"]["deliveries"] == {"total": 2, "delivered": 1, "waiting": 1}


async def test_others_do_not_see_an_event(room_on_sqlite: Room) -> None:
    event_id = await room_on_sqlite.publish()
    async with room_on_sqlite.client(STRANGER) as stranger, room_on_sqlite.client("room") as manager:
        answers = [
            await stranger.get(f"{PUB}/{event_id}"),
            await stranger.delete(f"{PUB}/{event_id}"),
            await manager.get(f"{P}/pub/v1/death/{event_id}"),
            await manager.get(f"{PUB}/{ID}"),
            await manager.get(f"{PUB}/{event_id}"),
        ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 200]


@pytest.mark.parametrize("by", [PUBLISHER, "room"])
async def test_a_stopped_event_is_not_delivered_any_more(room: Room, by: str) -> None:
    police = await room.subscriber("police")
    event_id = await room.publish()
    async with room.client(by) as client:
        stopped = [await client.delete(f"{PUB}/{event_id}") for _ in range(2)]
        found = (await client.get(f"{PUB}/{event_id}")).json()
    await room.push()

    assert [answer.status_code for answer in stopped] == [204, 204]
    assert police.received == []
    assert found["status"]["state"] == "stopped"
    assert found["status"]["deliveries"] == {"total": 1, "delivered": 0, "stopped": 1}


async def test_an_event_without_subscribers_is_accepted(room_on_sqlite: Room) -> None:
    event_id = await room_on_sqlite.publish()
    async with room_on_sqlite.client() as client:
        found = (await client.get(f"{PUB}/{event_id}")).json()

    assert found["status"]["deliveries"] == {"total": 0, "delivered": 0}


async def test_a_payload_is_gone_after_its_time_but_the_log_is_not(room: Room) -> None:
    from govstack.blocks.mediator.tracking import service as tracking

    event_id = await room.publish()
    with clock.fixed(clock.now() + timedelta(days=8)):
        await tracking.tidy(room.context)
    async with room.client() as client:
        found = (await client.get(f"{PUB}/{event_id}")).json()

    assert "event" not in found
    assert found["id"] == event_id
