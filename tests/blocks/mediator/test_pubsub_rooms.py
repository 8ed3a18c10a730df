"""Rooms: who opens them, which event types they have, and who may take part."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.model import Act, RoomRight
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from govstack.kernel import events
from govstack.kernel.job_runner import JobRunner
from tests.builders import mediator
from tests.builders.pubsub import (
    ADDRESS,
    ADMIN,
    PUBLISHER,
    ROOM,
    SCHEMA,
    STRANGER,
    TYPE,
    P,
    Room,
    room,
    room_on_sqlite,
)

__all__ = ["room", "room_on_sqlite"]
OTHER = "/api/v1/rooms/GOV/7002/tax"
TYPES = f"{P}/api/v1/eventType"


async def rights(found: Room) -> list[tuple[str, str, str]]:
    """Return application, act and type of each right in the room."""
    async with found.client("room") as client:
        listed = (await client.get(f"{ADMIN}/rights")).json()["rights"]
    return [(one["applicationCode"], one["act"], one.get("eventType", "")) for one in listed]


# Rooms.


@pytest.mark.requirement("I13")
async def test_an_administrator_registers_a_room(room: Room) -> None:
    await mediator.connected(room.context, "GOV/7002/tax")
    async with room.bench.person("anna", "mediator:application:GOV/7002/tax") as anna:
        first = await anna.put(OTHER, json={"title": "Tax"})
        again = await anna.put(OTHER, json={"title": "Taxes", "description": "What changed in the tax register"})
        read = await anna.get(OTHER)

    assert (first.status_code, again.status_code) == (201, 200)
    assert (read.json()["title"], read.json()["applicationCode"]) == ("Taxes", "tax")


@pytest.mark.requirement("I13")
async def test_rooms_are_listed_page_by_page(room: Room) -> None:
    await mediator.connected(room.context, "GOV/7002/tax")
    await rooms.register(room.context, by=mediator.BUILDER, address=("demo", "GOV", "7002", "tax"))
    async with room.client(STRANGER) as client:
        first = (await client.get("/api/v1/rooms?pageSize=1")).json()
        second = (await client.get("/api/v1/rooms", params={"nextPageToken": first["nextPageToken"]})).json()

    assert [one["applicationCode"] for one in (*first["rooms"], *second["rooms"])] == ["registry", "tax"]
    assert "nextPageToken" not in second


async def test_nobody_else_registers_a_room(room_on_sqlite: Room) -> None:
    await mediator.connected(room_on_sqlite.context, "GOV/7002/tax")
    async with room_on_sqlite.client("demo/GOV/7002/tax") as client:
        answer = await client.put(OTHER, json={})

    assert answer.status_code == 403


async def test_an_application_that_is_not_registered_is_no_room(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.bench.person("anna", "mediator:administer") as anna:
        answer = await anna.put(OTHER, json={})

    assert answer.status_code == 404


async def test_is_room_tells_rooms_from_other_applications(room_on_sqlite: Room) -> None:
    found = [
        await rooms.is_room(room_on_sqlite.context, address)
        for address in (ADDRESS, ("demo", "GOV", "7001", "hospital"))
    ]

    assert found == [True, False]


async def test_the_addresses_of_a_room_lead_nowhere_under_another_application(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client() as client:
        answers = [
            await client.get("/r1/demo/GOV/7001/hospital/api/v1/eventType"),
            await client.post("/r1/demo/GOV/7001/hospital/pub/v1/x", json={"eventType": "x", "event": {}}),
            await client.get("/r1/demo/GOV/7001/hospital/pull/v1/x"),
            await client.get("/r1/other/GOV/7001/registry/api/v1/eventType"),
        ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_room_may_offer_services_beside_its_events(room_on_sqlite: Room) -> None:
    service = f"{ROOM}/events"
    await room_on_sqlite.subscriber("police")
    await mediator.offered(room_on_sqlite.context, service, service_url="http://police.gov.test", document=RECEIVES)
    await mediator.granted(room_on_sqlite.context, service, "GOV/7001/hospital")
    async with room_on_sqlite.client() as client:
        answer = await client.post(f"{P}/events/v1/anything", json={"number": 1})

    assert answer.status_code == 204


RECEIVES = """\
openapi: 3.0.3
info: {title: Any, version: "1"}
paths: {/v1/anything: {post: {responses: {"204": {description: Taken}}}}}
"""


async def test_a_service_cannot_take_the_addresses_of_rooms(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.bench.person("anna", "mediator:administer") as anna:
        answers = [
            await anna.put(
                f"/api/v1/members/GOV/7001/applications/registry/services/{code}",
                json={"serviceUrl": "http://x.gov.test", "spec": RECEIVES},
            )
            for code in ("api", "pub", "pull")
        ]

    assert [answer.status_code for answer in answers] == [400] * 3


async def test_a_closed_room_is_gone_but_its_log_stays(room: Room) -> None:
    await room.subscriber("police")
    event_id = await room.publish()
    async with room.bench.person("anna", "mediator:administer") as anna:
        closed = await anna.delete(ADMIN)
        again = await anna.delete(ADMIN)
        logged = await anna.get(f"/api/v1/events/{event_id}")
    async with room.client() as client:
        publishing = await client.post(f"{P}/pub/v1/{TYPE}", json={"eventType": TYPE, "event": {"number": 1}})

    assert (closed.status_code, again.status_code, publishing.status_code) == (204, 404, 404)
    assert logged.json()["deliveries"] == {"total": 1, "delivered": 0, "dropped": 1}


async def test_a_suspended_application_distributes_nothing(room_on_sqlite: Room) -> None:
    await applications.decide_application(
        room_on_sqlite.context,
        by=mediator.BUILDER,
        member_class="GOV",
        member_code="7001",
        code="registry",
        decision=Decision.SUSPEND,
        reason="Under review",
    )

    await room_on_sqlite.publish(expect=404)


# Event types.


@pytest.mark.requirement("I14", "I16")
async def test_the_room_registers_and_views_event_types(room: Room) -> None:
    async with room.client("room") as client:
        created = await client.post(TYPES, json={"eventType": "death", "schema": SCHEMA})
        names = await client.get(TYPES)
        read = await client.get(f"{TYPES}/death")

    assert created.status_code == 200
    assert (names.status_code, names.json()) == (200, ["death", TYPE])
    assert (read.status_code, read.json()) == (200, {"eventType": "death", "schema": SCHEMA})


@pytest.mark.requirement("I14")
async def test_a_schema_may_be_sent_as_text(room_on_sqlite: Room) -> None:
    text = '{"type": "object",   "required": ["b", "a"]}'
    async with room_on_sqlite.client("room") as client:
        await client.post(TYPES, json={"eventType": "death", "schema": text})
        read = await client.get(f"{TYPES}/death")

    assert text.encode() in read.content


@pytest.mark.requirement("I14")
async def test_a_name_is_given_once(room: Room) -> None:
    async with room.client("room") as client:
        answer = await client.post(TYPES, json={"eventType": TYPE, "schema": {}})

    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["", "1st", "a b", "ä", "a/b", "..", "x" * 101])
async def test_a_name_that_cannot_stand_in_an_address_is_refused(room_on_sqlite: Room, name: str) -> None:
    async with room_on_sqlite.client("room") as client:
        answer = await client.post(TYPES, json={"eventType": name, "schema": {}})

    assert answer.status_code == 400


async def test_an_unusable_schema_is_refused_with_the_reason(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client("room") as client:
        answer = await client.post(TYPES, json={"eventType": "death", "schema": {"type": "objekt"}})

    assert answer.status_code == 400
    assert "type" in answer.json()["detail"]


async def test_a_type_that_is_not_there_is_answered_with_204(room: Room) -> None:
    async with room.client("room") as client:
        missing = await client.get(f"{TYPES}/nothing")
        removed = await client.delete(f"{TYPES}/{TYPE}")
        none = await client.get(TYPES)

    assert [(answer.status_code, answer.content) for answer in (missing, removed, none)] == [(204, b"")] * 3


@pytest.mark.requirement("I16")
async def test_a_removed_type_takes_its_subscriptions_along(room: Room) -> None:
    await room.subscriber("police")
    await room.publish()
    async with room.client("room") as client:
        removed = await client.delete(f"{TYPES}/{TYPE}")
        again = await client.delete(f"{TYPES}/{TYPE}")
    await room.publish(expect=404)

    assert (removed.status_code, again.status_code) == (204, 404)
    assert await room.states() == ["dropped"]
    assert await room.rows("SELECT id FROM subscription") == []


@pytest.mark.requirement("I16")
async def test_managers_list_types_with_their_subscriptions(room: Room) -> None:
    await room.subscriber("police")
    async with room.client("room") as client:
        await client.post(TYPES, json={"eventType": "death", "schema": {}})
        first = (await client.get(f"{ADMIN}/event-types?pageSize=1")).json()
        second = (await client.get(f"{ADMIN}/event-types", params={"nextPageToken": first["nextPageToken"]})).json()

    found = [(one["eventType"], one["subscriptions"]) for one in (*first["eventTypes"], *second["eventTypes"])]
    assert found == [("death", 0), (TYPE, 1)]


@pytest.mark.requirement("I15", "IM-5.1.4", "IM-5.1.5")
async def test_every_event_type_has_a_valid_openapi_description(room: Room) -> None:
    own = {"item": {"properties": {"n": {"$ref": "#n"}, "next": {"$ref": "#"}}}, "a/b": {"$anchor": "n"}}
    schema = {"$id": "https://schemas.gov.test/death", "$ref": "#/$defs/item", "$defs": own}
    async with room.client("room") as client:
        await client.post(TYPES, json={"eventType": "death", "schema": schema})
        answers = [await client.get(f"{ADMIN}/event-types/{name}/openapi") for name in ("death", TYPE)]
        missing = await client.get(f"{ADMIN}/event-types/nothing/openapi")

    documents: list[dict[str, Any]] = [answer.json() for answer in answers]
    for document in documents:
        OpenAPIV31SpecValidator(document).validate()
    assert f"{P}/pub/v1/{TYPE}" in documents[1]["paths"]
    assert documents[1]["webhooks"][TYPE]["post"]["requestBody"]["required"]
    assert documents[1]["components"]["schemas"]["Payload"]["required"] == ["number"]
    assert missing.status_code == 404


# Who may do what.


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_only_its_managers_change_the_types_of_a_room(room_on_sqlite: Room, method: str) -> None:
    path = TYPES if method == "POST" else f"{TYPES}/{TYPE}"
    body = {"eventType": "death", "schema": {}}
    async with room_on_sqlite.client(PUBLISHER) as stranger, room_on_sqlite.bench.client() as nobody:
        answers = [await one.request(method, path, json=body) for one in (stranger, nobody)]

    assert [answer.status_code for answer in answers] == [403, 401]


async def test_nobody_unproven_sees_the_types_of_a_room(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.bench.client(**{"X-GovStack-Client": PUBLISHER}) as nobody:
        answer = await nobody.get(TYPES)

    assert answer.status_code == 401


async def test_a_header_that_names_another_application_is_refused(room_on_sqlite: Room) -> None:
    async with room_on_sqlite.client("room", **{"X-GovStack-Client": STRANGER}) as client:
        wrong = await client.get(TYPES)
    async with room_on_sqlite.client("room", **{"X-GovStack-Client": f"demo/{ROOM}"}) as client:
        right = await client.get(TYPES)

    assert (wrong.status_code, right.status_code) == (403, 200)


async def test_a_token_made_for_a_provider_proves_nothing_to_the_mediator(room_on_sqlite: Room) -> None:
    issuer = room_on_sqlite.context.public_url
    key = room_on_sqlite.context.keys.signing_key("delivery")
    token = signed(key, {"iss": issuer, "sub": f"demo/{ROOM}", "aud": issuer})
    async with room_on_sqlite.bench.client(token) as client:
        answer = await client.post(TYPES, json={"eventType": "death", "schema": {}})

    assert answer.status_code == 401


def signed(key: Any, claims: dict[str, Any]) -> str:
    """Return a token of the mediator's own."""
    from joserfc import jwt

    from govstack.kernel import clock, crypto

    now = int(clock.now().timestamp())
    return jwt.encode(
        {"alg": "ES256", "kid": key.kid}, {**claims, "iat": now, "exp": now + 60}, crypto.private_jwk(key), ["ES256"]
    )


@pytest.mark.requirement("X065")
async def test_rights_in_a_room_are_given_and_taken(room: Room) -> None:
    item = {"memberClass": "COM", "memberCode": "9", "applicationCode": "shop", "act": "publish", "eventType": TYPE}
    async with room.client("room") as client:
        given = [await client.patch(f"{ADMIN}/rights/allow", json=[item]) for _ in range(2)]
    held = await rights(room)
    async with room.client(STRANGER) as client:
        publishing = await client.post(f"{P}/pub/v1/{TYPE}", json={"eventType": TYPE, "event": {"number": 1}})
    async with room.client("room") as client:
        taken = [await client.patch(f"{ADMIN}/rights/deny", json=[item]) for _ in range(2)]

    assert [answer.status_code for answer in (*given, *taken)] == [200] * 4
    assert held == [("shop", "publish", TYPE), ("hospital", "publish", "")]
    assert publishing.status_code == 201
    assert await rights(room) == [("hospital", "publish", "")]


async def test_rights_are_listed_page_by_page(room: Room) -> None:
    await room.allow("COM/9/shop", Act.PUBLISH, Act.SUBSCRIBE)
    async with room.client("room") as client:
        found, token = [], ""
        while True:
            page = (await client.get(f"{ADMIN}/rights", params={"pageSize": 1, "nextPageToken": token})).json()
            found += [(one["applicationCode"], one["act"]) for one in page["rights"]]
            token = page.get("nextPageToken", "")
            if not token:
                break

    assert found == [("shop", "publish"), ("shop", "subscribe"), ("hospital", "publish")]


async def test_a_right_for_what_is_not_there_is_refused(room_on_sqlite: Room) -> None:
    item = {"memberClass": "COM", "memberCode": "9", "applicationCode": "shop", "act": "publish"}
    async with room_on_sqlite.client("room") as client:
        answers = [
            await client.patch(f"{ADMIN}/rights/allow", json=[{**item, **wrong}])
            for wrong in ({"applicationCode": "nobody"}, {"eventType": "nothing"}, {"act": "steal"})
        ]

    assert [answer.status_code for answer in answers] == [400] * 3


async def test_strangers_neither_see_nor_give_rights(room_on_sqlite: Room) -> None:
    item = {"memberClass": "COM", "memberCode": "9", "applicationCode": "shop", "act": "publish"}
    async with room_on_sqlite.client(STRANGER) as client:
        answers = [await client.get(f"{ADMIN}/rights"), await client.patch(f"{ADMIN}/rights/allow", json=[item])]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_whoever_loses_the_right_to_subscribe_loses_its_subscriptions(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL))
    await room.publish()
    right = RoomRight("GOV/8000/police", Act.SUBSCRIBE, "")
    await rooms.change_rights(room.context, by=mediator.BUILDER, address=ADDRESS, deny=[right])
    async with room.client("demo/GOV/8000/police") as client:
        answers = [await client.get(f"{P}/api/v1/subs"), await client.get(f"{P}/pull/v1/{TYPE}")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await room.states() == ["dropped"]


async def test_losing_another_right_ends_no_subscription(room: Room) -> None:
    await room.subscriber("police")
    await room.allow("GOV/8000/police", Act.SUBSCRIBE, event_type=TYPE)
    await room.allow("GOV/8000/police", Act.PUBLISH)
    for right in (RoomRight("GOV/8000/police", Act.PUBLISH, ""), RoomRight("GOV/8000/police", Act.SUBSCRIBE, "death")):
        await rooms.change_rights(room.context, by=mediator.BUILDER, address=ADDRESS, deny=[right])

    assert len(await room.rows("SELECT id FROM subscription")) == 1


async def test_an_application_that_leaves_leaves_its_rooms_too(room: Room) -> None:
    await room.subscriber("police")
    await room.publish()
    await applications.decide_application(
        room.context,
        by=mediator.BUILDER,
        member_class="GOV",
        member_code="8000",
        code="police",
        decision=Decision.REMOVE,
        reason="",
    )
    await relay(room)

    assert await room.states() == ["dropped"]
    assert ("police", "subscribe", "") not in await rights(room)


async def relay(found: Room) -> None:
    """Carry the mediator's events to the mediator, as the host's bus does."""
    bus = events.InProcessBus()
    await bus.subscribe(found.context.database, MANIFEST.subscriptions)
    handlers = {events.OUTBOX: events.relay(bus)}
    for kind, heard in MANIFEST.subscriptions.items():
        handlers[events.subscription(kind)] = lambda job, heard=heard: heard(found.context, job)  # type: ignore[misc]
    await JobRunner(found.context.database, handlers).run_due()


@pytest.mark.requirement("I31")
async def test_what_managers_do_is_on_record_also_when_it_is_refused(room: Room) -> None:
    async with room.client("room") as client, room.client(STRANGER) as stranger:
        await client.post(TYPES, json={"eventType": "death", "schema": {}})
        await stranger.delete(f"{TYPES}/death")
    trail = await mediator.trail(room.context, "mediator.event-type")

    assert [(one.action, one.subject, one.outcome) for one in trail[:2]] == [
        ("mediator.event-type.remove", f"{ROOM}/death", "refused"),
        ("mediator.event-type.add", f"{ROOM}/death", "ok"),
    ]
