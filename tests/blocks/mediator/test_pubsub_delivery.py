"""Delivery: every subscriber gets every event, in its own time and order, and nobody waits for somebody else."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from govstack.blocks.mediator.delivery import service as delivery
from govstack.blocks.mediator.delivery import tasks
from govstack.blocks.mediator.delivery.model import Claim
from govstack.blocks.mediator.delivery.tasks import AT_ONCE_PER_SUBSCRIPTION, Dispatcher
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.rights import service as rights
from govstack.blocks.mediator.rooms.model import Act
from govstack.blocks.mediator.subscriptions import service as subscriptions
from govstack.blocks.mediator.subscriptions.model import OBSTACLES, Mode, Obstacle, Wish
from govstack.blocks.mediator.tracking import service as tracking
from govstack.kernel import clock
from tests.builders import mediator
from tests.builders.pubsub import ADDRESS, ROOM, STRANGER, TYPE, P, Room, room, room_on_sqlite, until

__all__ = ["room", "room_on_sqlite"]
PULL = f"{P}/pull/v1/{TYPE}"
POLICE = "demo/GOV/8000/police"
FIFO = Wish(fifo=True)
JITTER = 0.2


async def attempts(found: Room) -> list[tuple[int, int, str]]:
    """Return delivery, status and outcome of each attempt, in order."""
    rows = await found.rows("SELECT delivery_number, status, outcome FROM delivery_attempt ORDER BY at, attempt")
    return [(row["delivery_number"], row["status"], row["outcome"]) for row in rows]


async def push_at(found: Room, moment: datetime) -> None:
    """Push what is due at a moment."""
    with clock.fixed(moment):
        await found.push()


def failing(*numbers: int, status: int = 500) -> Any:
    """Return a behaviour that refuses events of these numbers."""

    async def behave(item: dict[str, Any]) -> int:
        return status if item["event"]["number"] in numbers else 204

    return behave


# Push.


@pytest.mark.requirement("I18", "I25", "IM-5.1.3")
async def test_an_event_reaches_every_subscriber(room: Room) -> None:
    receivers = [await room.subscriber(code) for code in ("police", "court", "school")]
    event_id = await room.publish(5, payload={"place": "Ürüm"})
    await room.push()

    assert [receiver.received for receiver in receivers] == [
        [
            {
                "id": event_id,
                "sequence": 1,
                "publisherId": {
                    "instanceId": "demo",
                    "memberClass": "GOV",
                    "memberCode": "7001",
                    "applicationCode": "hospital",
                },
                "eventType": TYPE,
                "event": {"number": 5, "place": "Ürüm"},
            }
        ]
    ] * 3
    assert await room.states() == ["delivered"] * 3


@pytest.mark.requirement("I24")
async def test_events_go_to_the_endpoint_that_the_subscriber_named(room_on_sqlite: Room) -> None:
    police = await room_on_sqlite.subscriber("police", Wish(path="/inbox"))
    event_id = await room_on_sqlite.publish()
    await room_on_sqlite.push()

    assert police.paths == ["/inbox"]
    assert police.headers[0]["idempotency-key"] == event_id


async def test_who_subscribes_later_gets_later_events_only(room_on_sqlite: Room) -> None:
    await room_on_sqlite.publish(1)
    police = await room_on_sqlite.subscriber("police")
    await room_on_sqlite.publish(2)
    await room_on_sqlite.push()

    assert police.numbers == [2]


@pytest.mark.requirement("I27", "I30", "X046", "X028")
async def test_a_push_passes_the_mediator_and_its_message_log(room: Room) -> None:
    police = await room.subscriber("police")
    await room.publish()
    await room.push()
    entries = await evidence.find(room.context, evidence.Wanted(), limit=10)
    logged = await room.rows("SELECT message_id FROM delivery_attempt")

    messages = [entry.message for entry in entries]
    assert {(m.client, m.provider, m.service_code) for m in messages} == {(f"demo/{ROOM}", POLICE, "events")}
    assert {m.message_id for m in messages} == {row["message_id"] for row in logged}
    assert police.headers[0]["information-mediator-client"] == f"demo/{ROOM}"


@pytest.mark.requirement("I27")
async def test_without_the_subscribers_leave_nothing_is_pushed(room: Room) -> None:
    police = await room.subscriber("police")
    await rights.deny(room.context, by=mediator.BUILDER, wishes=[rights.Wish("GOV/8000/police/events", ROOM)])
    await room.publish()
    await room.push()

    assert police.received == []
    assert await attempts(room) == [(1, 403, "failed")]
    assert await room.states() == ["waiting"]
    reasons = {row["reason"] for row in await room.rows("SELECT reason FROM delivery")}
    assert reasons == {OBSTACLES[Obstacle.NO_RIGHT]}


async def test_a_subscriber_without_the_named_service_fails_with_the_reason(room_on_sqlite: Room) -> None:
    await room_on_sqlite.allow("GOV/8000/police", Act.SUBSCRIBE)
    await room_on_sqlite.subscribed("police")
    await room_on_sqlite.publish()
    await room_on_sqlite.push()
    rows = await room_on_sqlite.rows("SELECT reason FROM delivery")

    assert "no such service" in rows[0]["reason"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_success_acknowledges(room_on_sqlite: Room, status: int) -> None:
    police = await room_on_sqlite.subscriber("police")
    police.status = status
    await room_on_sqlite.publish()
    await room_on_sqlite.push()

    assert await room_on_sqlite.states() == ["delivered"]


@pytest.mark.parametrize("status", [301, 400, 404, 409, 410, 429, 500, 503])
async def test_any_other_answer_is_tried_again(room_on_sqlite: Room, status: int) -> None:
    police = await room_on_sqlite.subscriber("police")
    police.status = status
    await room_on_sqlite.publish()
    await room_on_sqlite.push()

    assert await room_on_sqlite.states() == ["waiting"]
    assert await attempts(room_on_sqlite) == [(1, status, "failed")]


# Again, later and later, and in the end no more.


@pytest.mark.requirement("I19", "I20", "X028", "CFR-architecture-14")
async def test_pauses_grow_and_the_same_event_comes_again(room: Room) -> None:
    police = await room.subscriber("police")
    police.status = 500
    moment = clock.now()
    with clock.fixed(moment):
        event_id = await room.publish()
    pauses = []
    for _ in range(4):
        await push_at(room, moment)
        due = clock.parse((await room.rows("SELECT due_at FROM delivery"))[0]["due_at"])
        pauses.append((due - moment).total_seconds())
        await push_at(room, due - timedelta(milliseconds=1))
        moment = due

    assert police.ids == [event_id] * 4
    assert pauses == [pytest.approx(seconds, rel=JITTER) for seconds in (1, 2, 4, 8)]


@pytest.mark.requirement("I20", "I21")
async def test_after_its_attempts_an_event_becomes_a_dead_letter(room: Room) -> None:
    room.context.settings.values.update({"MEDIATOR_PUSH_ATTEMPTS": "3"})  # type: ignore[attr-defined]
    police = await room.subscriber("police")
    police.status = 500
    await room.publish()
    for seconds in (0, 10, 20, 30, 40):
        await push_at(room, clock.now() + timedelta(seconds=seconds))

    assert len(police.received) == 3
    assert await attempts(room) == [(1, 500, "failed")] * 3
    assert await room.states() == ["dead"]


@pytest.mark.requirement("I19")
async def test_a_subscriber_sets_its_own_patience(room: Room) -> None:
    wish = Wish(retry_attempts=2, retry_first_seconds=30.0, retry_factor=1.0, retry_longest_seconds=30.0)
    police = await room.subscriber("police", wish)
    police.status = 500
    moment = clock.now()
    with clock.fixed(moment):
        await room.publish()
    await push_at(room, moment)
    due = clock.parse((await room.rows("SELECT due_at FROM delivery"))[0]["due_at"])
    await push_at(room, due)

    assert (due - moment).total_seconds() == pytest.approx(30, rel=JITTER)
    assert await room.states() == ["dead"]


async def test_the_pause_that_a_subscriber_asks_for_is_kept(room_on_sqlite: Room) -> None:
    police = await room_on_sqlite.subscriber("police")
    police.status, police.answer_headers = 503, [(b"retry-after", b"120")]
    moment = clock.now()
    with clock.fixed(moment):
        await room_on_sqlite.publish()
        await room_on_sqlite.push()
    due = clock.parse((await room_on_sqlite.rows("SELECT due_at FROM delivery"))[0]["due_at"])

    assert (due - moment).total_seconds() == 120


@pytest.mark.requirement("I19", "I21")
async def test_an_event_that_has_waited_too_long_is_not_delivered(room: Room) -> None:
    police = await room.subscriber("police", Wish(ttl_seconds=60))
    court = await room.subscriber("court", Wish(ttl_seconds=3_600))
    await room.publish()
    await push_at(room, clock.now() + timedelta(seconds=61))

    assert (police.numbers, court.numbers) == ([], [1])
    assert await room.states() == ["expired", "delivered"]


async def test_a_push_that_takes_too_long_is_broken_off_and_tried_again(room_on_sqlite: Room) -> None:
    room_on_sqlite.context.settings.values.update({"MEDIATOR_PUSH_SECONDS": "1"})  # type: ignore[attr-defined]
    police = await room_on_sqlite.subscriber("police")
    hanging = asyncio.Event()

    async def hang(_: dict[str, Any]) -> int:
        await hanging.wait()
        return 204

    police.behave = hang
    await room_on_sqlite.publish()
    started = time.monotonic()
    await room_on_sqlite.push()
    hanging.set()

    assert time.monotonic() - started < 5
    assert await attempts(room_on_sqlite) == [(1, 0, "failed")]


async def test_an_event_that_ends_the_process_each_time_is_laid_aside(room: Room) -> None:
    police = await room.subscriber("police", Wish(retry_attempts=2))
    await room.publish()
    subscription_id = (await room.rows("SELECT id FROM subscription"))[0]["id"]
    for seconds in (0, 2):
        with clock.fixed(clock.now() + timedelta(seconds=seconds)):
            taken = await delivery.turn(
                room.context, worker="dead", settlements=[], claims={subscription_id: Claim(1)}, lease=1.0
            )
            assert len(taken) == 1
    await push_at(room, clock.now() + timedelta(seconds=4))

    assert police.received == []
    assert await room.states() == ["dead"]


# Order.


async def test_events_of_a_key_keep_their_order(room: Room) -> None:
    police = await room.subscriber("police", FIFO)
    for number in range(12):
        await room.publish(number, key="ab"[number % 2])
    await room.push()

    assert [number for number in police.numbers if number % 2 == 0] == [0, 2, 4, 6, 8, 10]
    assert [number for number in police.numbers if number % 2] == [1, 3, 5, 7, 9, 11]


async def test_a_failing_event_holds_back_its_own_key_alone(room: Room) -> None:
    police = await room.subscriber("police", FIFO)
    police.behave = failing(1)
    for number, key in ((1, "a"), (2, "a"), (3, "b"), (4, "b"), (5, "a")):
        await room.publish(number, key=key)
    await room.push()
    first = list(police.numbers)
    police.behave = None
    await push_at(room, clock.now() + timedelta(seconds=5))

    assert sorted(first) == [1, 3, 4]
    assert police.numbers[len(first) :] == [1, 2, 5]


async def test_a_dead_letter_gives_way_to_the_next_of_its_key(room: Room) -> None:
    police = await room.subscriber("police", Wish(fifo=True, retry_attempts=1))
    police.behave = failing(1)
    for number in (1, 2):
        await room.publish(number, key="a")
    await room.push()

    assert police.numbers == [1, 2]
    assert await room.states() == ["dead", "delivered"]


async def test_without_order_a_failing_event_holds_back_nothing(room: Room) -> None:
    police = await room.subscriber("police")
    police.behave = failing(1)
    for number in (1, 2, 3):
        await room.publish(number, key="a")
    await room.push()

    assert sorted(police.numbers) == [1, 2, 3]
    assert await room.states() == ["waiting", "delivered", "delivered"]


async def test_many_keys_with_blocked_heads_do_not_hide_the_others(room: Room) -> None:
    police = await room.subscriber("police", FIFO)
    police.behave = failing(*range(20))
    for number in range(20):
        for _ in range(2):
            await room.publish(number, key=f"k{number:02}")
    await room.publish(99, key="z")
    for _ in range(4):
        await room.push()

    assert police.numbers.count(99) == 1
    assert sorted(set(police.numbers)) == [*range(20), 99]


# Nobody waits for somebody else.


async def test_a_slow_subscriber_does_not_stop_others(room: Room) -> None:
    slow, quick = await room.subscriber("slow"), await room.subscriber("quick")
    release = asyncio.Event()

    async def wait(_: dict[str, Any]) -> int:
        await release.wait()
        return 204

    slow.behave = wait
    for number in range(30):
        await room.publish(number)
    pushing = asyncio.create_task(room.push())
    await until(lambda: len(quick.received) == 30)
    under_way = len(slow.received)
    release.set()
    await pushing

    assert under_way == AT_ONCE_PER_SUBSCRIPTION
    assert sorted(slow.numbers) == list(range(30))


async def test_a_subscriber_that_cannot_be_reached_is_left_alone_for_a_moment(room_on_sqlite: Room) -> None:
    police, court = await room_on_sqlite.subscriber("police"), await room_on_sqlite.subscriber("court")
    police.status = 503
    for number in range(20):
        await room_on_sqlite.publish(number)
    await room_on_sqlite.push()

    assert len(court.received) == 20
    assert len(police.received) <= AT_ONCE_PER_SUBSCRIPTION


async def test_a_subscriber_that_refuses_events_gets_one_at_a_time(room_on_sqlite: Room) -> None:
    police = await room_on_sqlite.subscriber("police")
    busy, most = 0, []

    async def refuse(_: dict[str, Any]) -> int:
        nonlocal busy
        busy += 1
        most.append(busy)
        await asyncio.sleep(0.001)
        busy -= 1
        return 422

    police.behave = refuse
    for number in range(20):
        await room_on_sqlite.publish(number)
    await room_on_sqlite.push()

    assert len(police.received) == 20
    assert set(most[AT_ONCE_PER_SUBSCRIPTION:]) == {1}


async def test_two_workers_share_the_events_and_deliver_each_once(room: Room) -> None:
    police = await room.subscriber("police")
    ordered = await room.subscriber("ordered", FIFO)
    for number in range(40):
        await room.publish(number, key=f"k{number % 4}")
    workers = [room.dispatcher(), room.dispatcher()]
    await asyncio.gather(*(worker.run_due() for worker in workers))
    await room.push()

    assert sorted(police.numbers) == list(range(40))
    assert sorted(ordered.numbers) == list(range(40))
    for key in range(4):
        assert [n for n in ordered.numbers if n % 4 == key] == list(range(key, 40, 4))


async def test_what_a_dead_worker_held_is_pushed_by_another_with_the_same_id(room: Room) -> None:
    police = await room.subscriber("police")
    event_id = await room.publish()
    subscription_id = (await room.rows("SELECT id FROM subscription"))[0]["id"]
    await delivery.turn(room.context, worker="dead", settlements=[], claims={subscription_id: Claim(1)}, lease=60.0)
    await room.push()
    held = list(police.ids)
    await push_at(room, clock.now() + timedelta(seconds=61))

    assert (held, police.ids) == ([], [event_id])
    assert [row["attempts"] for row in await room.rows("SELECT attempts FROM delivery")] == [2]


async def test_a_late_worker_does_not_undo_what_another_achieved(room: Room) -> None:
    police = await room.subscriber("police")
    police.status = 500
    await room.publish()
    subscription_id = (await room.rows("SELECT id FROM subscription"))[0]["id"]
    claims = {subscription_id: Claim(1)}
    late = await delivery.turn(room.context, worker="late", settlements=[], claims=claims, lease=1.0)
    failed = await delivery.push(room.context, late[0])
    police.status = 204
    await push_at(room, clock.now() + timedelta(seconds=2))
    await delivery.turn(room.context, worker="late", settlements=[failed], claims={}, lease=1.0)

    assert await room.states() == ["delivered"]
    assert sorted(await attempts(room)) == [(1, 204, "delivered"), (1, 500, "failed")]


# The worker in the background.


async def test_the_worker_pushes_as_soon_as_an_event_is_stored(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "POLL_SECONDS", 600.0)
    police = await room.subscriber("police")
    worker = room.dispatcher()
    worker.start()
    await asyncio.sleep(0.2)
    await room.publish()
    await until(lambda: len(police.received) == 1)
    await worker.stop()

    assert await room.states() == ["delivered"]


async def test_the_worker_finds_what_another_process_has_queued(room_on_sqlite: Room) -> None:
    police = await room_on_sqlite.subscriber("police")
    worker = room_on_sqlite.dispatcher()
    worker.start()
    delivery.listen(room_on_sqlite.context, None)
    await room_on_sqlite.publish()
    await until(lambda: len(police.received) == 1)
    await worker.stop()

    assert police.numbers == [1]


async def test_a_worker_that_stops_gives_back_what_it_broke_off(room: Room) -> None:
    police = await room.subscriber("police")
    hanging = asyncio.Event()

    async def hang(_: dict[str, Any]) -> int:
        await hanging.wait()
        return 204

    police.behave = hang
    await room.publish()
    worker = room.dispatcher()
    worker.start()
    await until(lambda: len(police.received) == 1)
    await worker.stop(within_seconds=0.05)
    police.behave = None
    rows = await room.rows("SELECT state, attempts, leased_until FROM delivery")
    await room.push()

    assert [(row["state"], row["attempts"], row["leased_until"]) for row in rows] == [("waiting", 0, None)]
    assert police.ids[0] == police.ids[1]


async def test_the_worker_goes_on_when_the_database_was_away(room_on_sqlite: Room, monkeypatch: Any) -> None:
    police = await room_on_sqlite.subscriber("police")
    await room_on_sqlite.publish()
    real, failures = delivery.turn, [RuntimeError("away")]

    async def away_at_first(*arguments: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return await real(*arguments, **named)

    monkeypatch.setattr(delivery, "turn", away_at_first)
    worker = Dispatcher(room_on_sqlite.context)
    worker.start()
    await until(lambda: len(police.received) == 1)
    await worker.stop()

    assert await room_on_sqlite.states() == ["delivered"]


# Pull.


@pytest.mark.requirement("I18", "I19")
async def test_the_same_event_is_pulled_until_it_is_acknowledged(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL))
    ids = [await room.publish(number) for number in (1, 2)]
    async with room.client(POLICE) as client:
        first = [(await client.get(PULL)).json()["id"] for _ in range(3)]
        acknowledged = await client.delete(f"{PULL}/{ids[0]}")
        second = (await client.get(PULL)).json()
        await client.delete(f"{PULL}/{ids[1]}")
        none = await client.get(PULL)

    assert first == [ids[0]] * 3
    assert acknowledged.status_code == 204
    assert (second["id"], second["event"], second["sequence"]) == (ids[1], {"number": 2}, 2)
    assert none.status_code == 404
    assert await room.states() == ["delivered", "delivered"]


@pytest.mark.requirement("I27")
async def test_every_pull_is_logged(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL))
    await room.publish()
    async with room.client(POLICE) as client:
        for _ in range(2):
            await client.get(PULL)

    assert await attempts(room) == [(1, 200, "handed-out")] * 2


async def test_acknowledging_twice_is_a_success(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL))
    event_id = await room.publish()
    async with room.client(POLICE) as client:
        await client.get(PULL)
        answers = [await client.delete(f"{PULL}/{event_id}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


async def test_what_was_not_handed_out_cannot_be_acknowledged(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL))
    event_id = await room.publish()
    async with room.client(POLICE) as client:
        early = await client.delete(f"{PULL}/{event_id}")
        unknown = await client.delete(f"{PULL}/0f5e9a3c-8a31-4f7e-9b57-1c2d3e4f5a6b")

    assert (early.status_code, unknown.status_code) == (409, 404)


async def test_a_pushed_subscription_cannot_be_pulled(room: Room) -> None:
    await room.subscriber("police")
    event_id = await room.publish()
    async with room.client(POLICE) as client:
        answers = [await client.get(PULL), await client.delete(f"{PULL}/{event_id}")]

    assert [answer.status_code for answer in answers] == [409, 409]


async def test_a_pulled_subscription_is_not_pushed(room_on_sqlite: Room) -> None:
    police = await room_on_sqlite.subscriber("police", Wish(mode=Mode.PULL))
    await room_on_sqlite.publish()
    await room_on_sqlite.push()

    assert police.received == []


async def test_nobody_pulls_what_is_meant_for_another(room_on_sqlite: Room) -> None:
    await room_on_sqlite.subscriber("police", Wish(mode=Mode.PULL))
    event_id = await room_on_sqlite.publish()
    async with room_on_sqlite.client(POLICE) as client:
        await client.get(PULL)
    async with room_on_sqlite.client(STRANGER) as stranger, room_on_sqlite.bench.client() as nobody:
        answers = [await one.request(*asked) for one in (stranger, nobody) for asked in asks(event_id)]

    assert [answer.status_code for answer in answers] == [404, 404, 401, 401]


def asks(event_id: str) -> list[tuple[str, str]]:
    """Return the two requests of a pull."""
    return [("GET", PULL), ("DELETE", f"{PULL}/{event_id}")]


async def test_a_pull_skips_what_has_waited_too_long(room: Room) -> None:
    await room.subscriber("police", Wish(mode=Mode.PULL, ttl_seconds=60))
    old = await room.publish(1)
    with clock.fixed(clock.now() + timedelta(seconds=61)):
        await room.publish(2)
        await tracking.tidy(room.context)
        async with room.client(POLICE) as client:
            found = (await client.get(PULL)).json()
            late = await client.delete(f"{PULL}/{old}")

    assert found["event"] == {"number": 2}
    assert late.status_code == 404
    assert await room.states() == ["expired", "waiting"]


async def test_who_changes_from_pull_to_push_is_pushed_what_waits(room: Room) -> None:
    police = await room.subscriber("police", Wish(mode=Mode.PULL))
    await room.publish(1)
    await change(room, Wish(mode=Mode.PUSH))
    await room.push()

    assert police.numbers == [1]


async def test_who_changes_from_push_to_pull_pulls_what_waits(room: Room) -> None:
    police = await room.subscriber("police")
    police.status = 500
    await room.publish(1)
    await room.push()
    await change(room, Wish(mode=Mode.PULL))
    async with room.client(POLICE) as client:
        found = await client.get(PULL)

    assert found.json()["event"] == {"number": 1}


async def change(found: Room, wish: Wish) -> None:
    """Change the only subscription."""
    subscription_id = (await found.rows("SELECT id FROM subscription"))[0]["id"]
    await subscriptions.change(
        found.context, by=mediator.BUILDER, address=ADDRESS, subscription_id=subscription_id, wish=wish
    )
