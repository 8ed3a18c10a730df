"""Subscriptions: applications subscribe themselves, and managers look after all of them."""

from __future__ import annotations

from typing import Any

import pytest

from govstack.blocks.mediator.rooms.model import Act
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from tests.builders.pubsub import ADMIN, ROOM, STRANGER, TYPE, P, Room, room, room_on_sqlite

__all__ = ["room", "room_on_sqlite"]
POLICE = "demo/GOV/8000/police"
SUBS = f"{P}/api/v1/subs"
LISTED = f"{ADMIN}/subscriptions"


@pytest.fixture
async def open_to_police(room: Room) -> Room:
    """A room in which the police may subscribe."""
    await room.allow("GOV/8000/police", Act.SUBSCRIBE)
    return room


@pytest.fixture
async def open_on_sqlite(room_on_sqlite: Room) -> Room:
    """A room on SQLite alone in which the police may subscribe."""
    await room_on_sqlite.allow("GOV/8000/police", Act.SUBSCRIBE)
    return room_on_sqlite


@pytest.mark.requirement("I24")
async def test_an_application_subscribes_naming_its_endpoint(open_to_police: Room) -> None:
    sent = {
        "eventType": TYPE,
        "delivery": "PUSH",
        "options": {"TTL": 60, "FIFO": True},
        "endpoint": {"service": "inbox", "path": "/births"},
    }
    async with open_to_police.client(POLICE) as client:
        made = await client.post(f"{SUBS}/{TYPE}", json=sent)
        read = await client.get(f"{SUBS}/{TYPE}")
        listed = await client.get(SUBS)

    assert made.status_code == 200
    assert {name: made.json()[name] for name in sent} == sent
    assert made.json()["subscriberId"] == {
        "instanceId": "demo",
        "memberClass": "GOV",
        "memberCode": "8000",
        "applicationCode": "police",
    }
    assert read.json() == made.json()
    assert listed.json() == [made.json()]


@pytest.mark.requirement("I24")
async def test_what_is_left_out_takes_the_published_defaults(open_to_police: Room) -> None:
    async with open_to_police.client(POLICE) as client:
        made = (await client.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE})).json()

    assert (made["delivery"], made["options"]) == ("PUSH", {"TTL": 3600, "FIFO": False})
    assert made["endpoint"] == {"service": "events", "path": f"/{TYPE}"}


async def test_a_second_subscription_to_a_type_is_refused(open_to_police: Room) -> None:
    async with open_to_police.client(POLICE) as client:
        answers = [await client.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]


@pytest.mark.requirement("I19")
async def test_a_subscription_is_changed_in_parts(open_to_police: Room) -> None:
    async with open_to_police.client(POLICE) as client:
        await client.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE, "options": {"TTL": 60, "FIFO": True}})
        retry = {"attempts": 3, "firstSeconds": 0.5}
        changed = await client.patch(f"{SUBS}/{TYPE}", json={"eventType": TYPE, "options": {"retry": retry}})
        read = await client.get(f"{SUBS}/{TYPE}")

    assert changed.status_code == 201
    assert read.json()["options"] == {"TTL": 60, "FIFO": True, "retry": retry}


async def test_a_subscription_ends_with_its_queue(open_to_police: Room) -> None:
    async with open_to_police.client(POLICE) as client:
        await client.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE, "delivery": "PULL"})
        await open_to_police.publish()
        ended = await client.delete(f"{SUBS}/{TYPE}")
        missing = [
            await client.delete(f"{SUBS}/{TYPE}"),
            await client.get(f"{SUBS}/{TYPE}"),
            await client.get(SUBS),
            await client.patch(f"{SUBS}/{TYPE}", json={"eventType": TYPE}),
            await client.get(f"{P}/pull/v1/{TYPE}"),
        ]

    assert ended.status_code == 204
    assert [answer.status_code for answer in missing] == [404] * 5
    assert await open_to_police.states() == ["dropped"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"eventType": "death"},
        {"eventType": TYPE, "delivery": "MAIL"},
        {"eventType": TYPE, "options": {"TTL": 0}},
        {"eventType": TYPE, "options": {"TTL": 10**9}},
        {"eventType": TYPE, "options": {"FIFO": "yes"}},
        {"eventType": TYPE, "options": {"retry": {"attempts": 0}}},
        {"eventType": TYPE, "options": {"retry": {"attempts": 101}}},
        {"eventType": TYPE, "options": {"retry": {"firstSeconds": 0}}},
        {"eventType": TYPE, "options": {"retry": {"longestSeconds": 10**6}}},
        {"eventType": TYPE, "endpoint": {"service": "pull"}},
        {"eventType": TYPE, "endpoint": {"service": "a/b"}},
        {"eventType": TYPE, "endpoint": {"path": "no-slash"}},
        {"eventType": TYPE, "endpoint": {"path": "/a/../b"}},
        {"eventType": TYPE, "endpoint": {"path": "/a/%2e%2e/b"}},
        {"eventType": TYPE, "endpoint": {"path": "/a//b"}},
        {"eventType": TYPE, "endpoint": {"path": "/a?b=c"}},
        {"eventType": TYPE, "endpoint": {"path": "/a b"}},
        {"eventType": TYPE, "subscriberId": {"instanceId": "demo", "memberClass": "COM"}},
    ],
)
async def test_a_malformed_subscription_is_refused(open_on_sqlite: Room, sent: dict[str, Any]) -> None:
    async with open_on_sqlite.client(POLICE) as client:
        answer = await client.post(f"{SUBS}/{TYPE}", json=sent)

    assert answer.status_code == 400


async def test_without_the_right_nobody_subscribes(open_on_sqlite: Room) -> None:
    async with open_on_sqlite.client(STRANGER) as stranger, open_on_sqlite.bench.client() as nobody:
        answers = [await one.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE}) for one in (stranger, nobody)]

    assert [answer.status_code for answer in answers] == [403, 401]


async def test_a_right_to_another_type_does_not_help(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client("room") as client:
        await client.post(f"{P}/api/v1/eventType", json={"eventType": "death", "schema": {}})
    await room_on_sqlite.allow("GOV/8000/police", Act.SUBSCRIBE, event_type="death")
    async with room_on_sqlite.client(POLICE) as client:
        answers = [await client.post(f"{SUBS}/{name}", json={"eventType": name}) for name in (TYPE, "death", "nothing")]

    assert [answer.status_code for answer in answers] == [403, 200, 404]


async def test_an_application_that_is_not_connected_does_not_subscribe(open_on_sqlite: Room) -> None:
    async with open_on_sqlite.client("demo/GOV/8000/unknown") as client:
        answers = [
            await client.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE}),
            await client.get(SUBS),
        ]

    assert [answer.status_code for answer in answers] == [403, 404]


async def test_a_person_does_not_subscribe(open_on_sqlite: Room) -> None:
    async with open_on_sqlite.bench.person("anna", "mediator:administer") as anna:
        answer = await anna.post(f"{SUBS}/{TYPE}", json={"eventType": TYPE})

    assert answer.status_code == 403


async def test_applications_see_their_own_subscriptions_only(open_on_sqlite: Room) -> None:
    await open_on_sqlite.subscribed("police")
    await open_on_sqlite.allow("GOV/8000/court", Act.SUBSCRIBE)
    async with open_on_sqlite.client("demo/GOV/8000/court") as client:
        answers = [await client.get(SUBS), await client.get(f"{SUBS}/{TYPE}"), await client.delete(f"{SUBS}/{TYPE}")]

    assert [answer.status_code for answer in answers] == [404] * 3


# What managers do.


@pytest.mark.requirement("I22", "I23")
async def test_managers_list_subscriptions_page_by_page(open_to_police: Room) -> None:
    await open_to_police.subscribed("police", Wish(mode=Mode.PULL))
    await open_to_police.subscriber("court")
    async with open_to_police.client("room") as client:
        first = (await client.get(f"{LISTED}?pageSize=1")).json()
        second = (await client.get(LISTED, params={"nextPageToken": first["nextPageToken"]})).json()
        pulled = (await client.get(f"{LISTED}?delivery=PULL")).json()
        court = (await client.get(f"{LISTED}?subscriber=demo/GOV/8000/court&eventType={TYPE}")).json()

    found = [one["subscriberId"]["applicationCode"] for one in (*first["subscriptions"], *second["subscriptions"])]
    assert found == ["police", "court"]
    assert [one["subscriberId"]["applicationCode"] for one in pulled["subscriptions"]] == ["police"]
    assert [one["subscriberId"]["applicationCode"] for one in court["subscriptions"]] == ["court"]


@pytest.mark.requirement("I20", "I22")
async def test_managers_make_change_and_end_subscriptions(open_to_police: Room) -> None:
    subscriber = {"instanceId": "demo", "memberClass": "GOV", "memberCode": "8000", "applicationCode": "police"}
    async with open_to_police.bench.person("anna", f"mediator:application:{ROOM}:services") as anna:
        made = await anna.post(LISTED, json={"eventType": TYPE, "subscriberId": subscriber})
        path = f"{LISTED}/{made.json()['id']}"
        retry = {"attempts": 2, "factor": 3.0}
        changed = await anna.patch(path, json={"eventType": TYPE, "options": {"TTL": 5, "retry": retry}})
        other = await anna.patch(path, json={"eventType": "death"})
        read = await anna.get(path)
        ended = await anna.delete(path)
        gone = await anna.get(path)

    assert [answer.status_code for answer in (made, changed, other, ended, gone)] == [201, 200, 400, 204, 404]
    assert read.json()["options"] == {"TTL": 5, "FIFO": False, "retry": retry}


@pytest.mark.parametrize("code", ["unknown", "shop"])
async def test_managers_do_not_subscribe_whom_the_room_does_not_allow(open_on_sqlite: Room, code: str) -> None:
    subscriber = {"instanceId": "demo", "memberClass": "COM", "memberCode": "9", "applicationCode": code}
    async with open_on_sqlite.client("room") as client:
        answer = await client.post(LISTED, json={"eventType": TYPE, "subscriberId": subscriber})

    assert answer.status_code == 403


async def test_strangers_do_not_manage_subscriptions(open_on_sqlite: Room) -> None:
    made = await open_on_sqlite.subscribed("police")
    async with open_on_sqlite.client(STRANGER) as client:
        answers = [
            await client.get(LISTED),
            await client.post(LISTED, json={"eventType": TYPE, "subscriberId": {"instanceId": "demo"}}),
            await client.get(f"{LISTED}/{made.id}"),
            await client.patch(f"{LISTED}/{made.id}", json={"eventType": TYPE}),
            await client.delete(f"{LISTED}/{made.id}"),
        ]

    assert [answer.status_code for answer in answers] == [403] * 5
