"""Tracking: administrators find events and deliveries, see queues and deal with dead letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from govstack.blocks.mediator.tracking import service as tracking
from govstack.kernel import clock
from tests.builders import mediator
from tests.builders.pubsub import ADMIN, PUBLISHER, ROOM, STRANGER, TYPE, P, Room, room, room_on_sqlite

__all__ = ["room", "room_on_sqlite"]
EVENTS, DELIVERIES, DEAD = "/api/v1/events", "/api/v1/deliveries", "/api/v1/dead-letters"
POLICE = "demo/GOV/8000/police"


async def get(found: Room, path: str, by: str = "room", **query: Any) -> dict[str, Any]:
    """Read as the room, or as another application."""
    async with found.client(by) as client:
        answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def dead_letter(found: Room) -> str:
    """Let an event die at the police, and return the delivery's id."""
    police = await found.subscriber("police", Wish(retry_attempts=1))
    police.status = 500
    await found.publish(1, payload={"place": "City Hospital"})
    await found.push()
    police.status = 204
    return str((await get(found, DEAD, room=ROOM))["deliveries"][0]["deliveryId"])


@pytest.mark.requirement("I29")
async def test_an_event_delivered_to_five_of_seven_says_so(room: Room) -> None:
    for number in range(7):
        receiver = await room.subscriber(f"sub{number}", Wish(retry_attempts=1))
        receiver.status = 204 if number < 5 else 500
    event_id = await room.publish()
    await room.push()
    found = await get(room, f"{EVENTS}/{event_id}")

    assert found["state"] == "incomplete"
    assert found["deliveries"] == {"total": 7, "delivered": 5, "dead": 2}


@pytest.mark.requirement("I26", "I29")
async def test_events_are_found_by_type_time_publisher_and_state(room: Room) -> None:
    async with room.client("room") as client:
        await client.post(f"{P}/api/v1/eventType", json={"eventType": "death", "schema": {}})
        await client.post(f"{P}/pub/v1/death", json={"eventType": "death", "event": {}})
    moment = clock.now()
    with clock.fixed(moment + timedelta(hours=1)):
        await room.subscriber("police")
        later = await room.publish(1)
        middle = clock.timestamp(moment + timedelta(minutes=30))

        found = {
            "type": await get(room, EVENTS, room=ROOM, eventType=TYPE),
            "since": await get(room, EVENTS, room=ROOM, since=middle),
            "publisher": await get(room, EVENTS, room=ROOM, publisher=PUBLISHER),
            "pending": await get(room, EVENTS, room=ROOM, state="pending"),
        }
        before = await get(room, EVENTS, room=ROOM, until=middle)
        delivered = await get(room, EVENTS, room=ROOM, state="delivered")
        none = [await get(room, EVENTS, room=ROOM, state=state) for state in ("stopped", "incomplete")]

    assert {name: [one["id"] for one in page["events"]] for name, page in found.items()} == {
        name: [later] for name in found
    }
    assert [one["eventType"] for one in before["events"]] == ["death"]
    assert [one["eventType"] for one in delivered["events"]] == ["death"]
    assert [page["events"] for page in none] == [[], []]


async def test_events_are_listed_page_by_page_newest_first(room: Room) -> None:
    ids = [await room.publish(number) for number in range(5)]
    found, token = [], ""
    while True:
        page = await get(room, EVENTS, room=ROOM, pageSize=2, nextPageToken=token)
        found += [one["id"] for one in page["events"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
        await room.publish(99)

    assert found == ids[::-1]


@pytest.mark.requirement("I26")
async def test_no_list_shows_what_an_event_says(room: Room) -> None:
    await dead_letter(room)
    pages = [await get(room, path, room=ROOM) for path in (EVENTS, DELIVERIES, DEAD)]

    assert "City Hospital" not in str(pages)


@pytest.mark.requirement("I27", "I29")
async def test_a_delivery_shows_every_attempt(room: Room) -> None:
    police = await room.subscriber("police")
    police.status = 500
    event_id = await room.publish()
    await room.push()
    police.status = 204
    with clock.fixed(clock.now() + timedelta(seconds=5)):
        await room.push()
    listed = await get(room, DELIVERIES, room=ROOM, eventId=event_id, subscriber=POLICE, state="delivered")
    found = await get(room, f"{DELIVERIES}/{listed['deliveries'][0]['deliveryId']}")

    assert [(one["attempt"], one["outcome"], one["status"]) for one in found["log"]] == [
        (1, "failed", 500),
        (2, "delivered", 204),
    ]
    assert found["log"][0]["reason"] == "The subscriber answered 500."
    assert all(one["messageId"] for one in found["log"])


# Who sees what.


async def test_publishers_and_subscribers_find_their_own(room: Room) -> None:
    await room.subscriber("police")
    await room.subscriber("court")
    event_id = await room.publish()
    own = await get(room, EVENTS, PUBLISHER)
    received = await get(room, DELIVERIES, POLICE)
    nothing = await get(room, EVENTS, STRANGER)

    assert [one["id"] for one in own["events"]] == [event_id]
    assert [one["subscriberId"]["applicationCode"] for one in received["deliveries"]] == ["police"]
    assert nothing["events"] == []


async def test_others_do_not_look_into_a_room(room_on_sqlite: Room) -> None:
    number = await dead_letter(room_on_sqlite)
    event_id = (await get(room_on_sqlite, EVENTS, room=ROOM))["events"][0]["id"]
    async with room_on_sqlite.client(STRANGER) as client:
        answers = [
            await client.get(EVENTS, params={"publisher": PUBLISHER}),
            await client.get(DELIVERIES, params={"subscriber": POLICE}),
            await client.get(f"{EVENTS}/{event_id}"),
            await client.get(f"{DELIVERIES}/{number}"),
            await client.post(f"{DEAD}/{number}/requeue"),
            await client.delete(f"{DEAD}/{number}"),
            await client.post(f"{EVENTS}/{event_id}/stop"),
            await client.post(f"{DEAD}/requeue", json={"room": ROOM}),
            await client.get(f"{ADMIN}/queues"),
        ]

    assert [answer.status_code for answer in answers] == [403, 403, 404, 404, 404, 404, 404, 403, 403]


async def test_nobody_unproven_looks_at_anything(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.bench.client() as nobody:
        answers = [
            await nobody.get(path, params={"room": ROOM})
            for path in (EVENTS, f"{EVENTS}/x", DELIVERIES, f"{DELIVERIES}/1", DEAD, f"{ADMIN}/queues")
        ]
        answers.append(await nobody.post(f"{DEAD}/1/requeue"))

    assert [answer.status_code for answer in answers] == [401] * 7


async def test_the_ecosystems_administrator_sees_every_room(room_on_sqlite: Room) -> None:
    event_id = await room_on_sqlite.publish()
    async with room_on_sqlite.bench.person("anna", "mediator:read") as anna:
        answer = await anna.get(EVENTS)

    assert [one["id"] for one in answer.json()["events"]] == [event_id]


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"state": "lost"}, {"since": "2026-01-01T00:00:00"}])
async def test_a_search_that_cannot_be_understood_is_refused(room_on_sqlite: Room, query: dict[str, str]) -> None:
    async with room_on_sqlite.client("room") as client:
        answer = await client.get(EVENTS, params={"room": ROOM, **query})

    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "9" * 30])
async def test_a_delivery_that_is_not_there_is_not_found(room_on_sqlite: Room, number: str) -> None:
    async with room_on_sqlite.client("room") as client:
        answers = [await client.get(f"{DELIVERIES}/{number}"), await client.post(f"{DEAD}/{number}/requeue")]

    assert [answer.status_code for answer in answers] == [404, 404]


# Dead letters.


@pytest.mark.requirement("I21")
async def test_a_dead_letter_is_put_back_and_delivered(room: Room) -> None:
    number = await dead_letter(room)
    police = room.receivers["police"]
    async with room.client("room") as client:
        answers = [await client.post(f"{DEAD}/{number}/requeue") for _ in range(2)]
    await room.push()
    found = await get(room, f"{DELIVERIES}/{number}")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert police.ids[0] == police.ids[1]
    assert found["delivery"]["state"] == "delivered"
    assert [one["attempt"] for one in found["log"]] == [1, 2]


@pytest.mark.requirement("I21")
async def test_a_dead_letter_is_dropped_for_good(room: Room) -> None:
    number = await dead_letter(room)
    async with room.client("room") as client:
        dropped = [await client.delete(f"{DEAD}/{number}") for _ in range(2)]
        requeued = await client.post(f"{DEAD}/{number}/requeue")
    listed = await get(room, DEAD, room=ROOM)

    assert [answer.status_code for answer in dropped] == [204, 204]
    assert requeued.status_code == 409
    assert listed["deliveries"] == []


async def test_what_is_no_dead_letter_is_not_dropped(room_on_sqlite: Room) -> None:
    await room_on_sqlite.subscriber("police")
    await room_on_sqlite.publish()
    number = (await get(room_on_sqlite, DELIVERIES, room=ROOM))["deliveries"][0]["deliveryId"]
    async with room_on_sqlite.client("room") as client:
        answer = await client.delete(f"{DEAD}/{number}")

    assert answer.status_code == 409


async def test_dead_letters_without_a_subscription_cannot_be_put_back(room: Room) -> None:
    number = await dead_letter(room)
    async with room.client(POLICE) as client:
        await client.delete(f"{P}/api/v1/subs/{TYPE}")
    async with room.client("room") as client:
        one = await client.post(f"{DEAD}/{number}/requeue")
        every = await client.post(f"{DEAD}/requeue", json={"room": ROOM})

    assert one.status_code == 409
    assert every.json() == {"requeued": 0}


async def test_all_dead_letters_of_a_subscriber_are_put_back(room: Room) -> None:
    receivers = [await room.subscriber(code, Wish(retry_attempts=1)) for code in ("police", "court")]
    for receiver in receivers:
        receiver.status = 500
    for number in range(3):
        await room.publish(number)
        await room.push()
    async with room.client("room") as client:
        answer = await client.post(f"{DEAD}/requeue", json={"room": ROOM, "subscriber": POLICE})
    for receiver in receivers:
        receiver.status = 204
    await room.push()

    assert answer.json() == {"requeued": 3}
    assert sorted(await room.states()) == ["dead"] * 3 + ["delivered"] * 3


@pytest.mark.requirement("I31")
async def test_what_becomes_of_dead_letters_is_on_record(room: Room) -> None:
    number = await dead_letter(room)
    async with room.client("room") as client, room.client(STRANGER) as stranger:
        await stranger.delete(f"{DEAD}/{number}")
        await client.delete(f"{DEAD}/{number}")
    trail = await mediator.trail(room.context, "mediator.dead-letter")

    assert [(one.action, one.outcome) for one in trail] == [
        ("mediator.dead-letter.drop", "ok"),
        ("mediator.dead-letter.drop", "refused"),
    ]


async def test_an_administrator_stops_an_event(room: Room) -> None:
    police = await room.subscriber("police")
    event_id = await room.publish()
    async with room.bench.person("anna", f"mediator:application:{ROOM}") as anna:
        answers = [await anna.post(f"{EVENTS}/{event_id}/stop") for _ in range(2)]
    await room.push()
    found = await get(room, f"{EVENTS}/{event_id}")

    assert [answer.status_code for answer in answers] == [204, 204]
    assert (police.received, found["state"], found["stoppedBy"]) == ([], "stopped", "anna")


# Queues.


@pytest.mark.requirement("I23", "IM-5.2")
async def test_the_depth_of_each_queue_is_shown(room: Room) -> None:
    await dead_letter(room)
    await room.subscriber("court", Wish(mode=Mode.PULL))
    await room.publish(2)
    await room.publish(3)
    first = await get(room, f"{ADMIN}/queues", pageSize=1)
    second = await get(room, f"{ADMIN}/queues", nextPageToken=first["nextPageToken"])

    queues = [*first["queues"], *second["queues"]]
    assert [
        (one["subscriberId"]["applicationCode"], one["delivery"], one["waiting"], one["dead"]) for one in queues
    ] == [
        ("police", "PUSH", 2, 1),
        ("court", "PULL", 2, 0),
    ]
    assert all(one["oldest"] for one in queues)


# Housekeeping.


@pytest.mark.requirement("I21", "I26")
async def test_payloads_are_forgotten_after_their_days_and_dead_letters_with_them(room: Room) -> None:
    number = await dead_letter(room)
    async with room.client("room") as client:
        await tracking.tidy(room.context)
        kept = await room.rows("SELECT content FROM event_payload")
        with clock.fixed(clock.now() + timedelta(days=8)):
            await tracking.tidy(room.context)
        gone = await room.rows("SELECT content FROM event_payload")
        answer = await client.post(f"{DEAD}/{number}/requeue")

    assert (len(kept), gone) == (1, [])
    assert await room.states() == ["dropped"]
    assert answer.status_code == 409


async def test_a_payload_is_kept_for_whoever_still_waits(room: Room) -> None:
    await room.subscriber("court", Wish(mode=Mode.PULL, ttl_seconds=20 * 24 * 3_600))
    await room.publish()
    with clock.fixed(clock.now() + timedelta(days=8)):
        await tracking.tidy(room.context)

    assert len(await room.rows("SELECT content FROM event_payload")) == 1


async def test_the_log_is_forgotten_when_its_time_has_come(room: Room) -> None:
    await room.subscriber("police")
    await room.publish()
    await room.push()
    with clock.fixed(clock.now() + timedelta(days=100)):
        await tracking.tidy(room.context)
    kept = await room.rows("SELECT id FROM event")
    with clock.fixed(clock.now() + timedelta(days=731)):
        await tracking.tidy(room.context)

    assert len(kept) == 1
    for table in ("event", "delivery", "delivery_attempt", "event_payload"):
        assert await room.rows(f"SELECT 1 AS one FROM {table}") == []


async def test_numbers_of_a_key_go_on_after_its_events_are_forgotten(room: Room) -> None:
    await room.publish(key="case")
    with clock.fixed(clock.now() + timedelta(days=731)):
        await tracking.tidy(room.context)
        await room.publish(key="case")

    assert [row["sequence"] for row in await room.rows("SELECT sequence FROM event")] == [2]
