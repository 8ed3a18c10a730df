"""Events are told with the data they tell of, and reach every subscriber once, in one process or between many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import pytest

from govstack.kernel import clock, events, ids
from govstack.kernel.db import Database, Transaction
from govstack.kernel.errors import Unavailable
from govstack.kernel.events import Bus, Event, InProcessBus, NatsBus
from govstack.kernel.job_runner import INBOX_RETENTION, JobRunner
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.log import CORRELATION
from tests.databases import Databases

CREATED, CLOSED = "registries.record.created", "registries.record.closed"
AT_ONCE = RetryPolicy(attempts_max=3, first_seconds=0.0)


class Consumer:
    """A package that subscribed: its database, its runner, and what its handler was given."""

    def __init__(self, database: Database, *types: str) -> None:
        self.database = database
        self.types = types
        self.events: list[Event] = []
        self.correlations: list[str] = []
        self.failures = 0
        self.runner = JobRunner(
            database,
            {events.subscription(event_type): self.handle for event_type in types},
            {events.subscription(event_type): AT_ONCE for event_type in types},
        )

    async def handle(self, job: Job) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")
        self.events.append(events.received(job))
        self.correlations.append(CORRELATION.get())

    async def inbox(self) -> int:
        async with self.database.reading() as tx:
            return int((await tx.fetch("SELECT count(*) AS n FROM event_inbox"))[0]["n"])

    async def expect(self, count: int) -> None:
        async with asyncio.timeout(10):
            while await self.inbox() < count:
                await asyncio.sleep(0.01)
        await self.runner.run_due()


@asynccontextmanager
async def nats_bus(url: str) -> AsyncIterator[NatsBus]:
    stream = f"test-{ids.new_id()}"
    try:
        bus = await NatsBus.connect(url, stream=stream)
    except Unavailable:
        # nats-server 2.9 removes its folder with the last stream, and stumbles when another test makes one just then.
        bus = await NatsBus.connect(url, stream=stream)
    try:
        yield bus
    finally:
        await bus.close()
        client = await nats.connect(url)
        await client.jetstream().delete_stream(stream)
        await client.close()


@pytest.fixture(params=["in one process", "through NATS"])
async def bus(request: pytest.FixtureRequest, nats_url: str) -> AsyncIterator[Bus]:
    if request.param == "in one process":
        yield InProcessBus()
        return
    async with nats_bus(nats_url) as connected:
        yield connected


@pytest.fixture
async def publisher(databases: Databases) -> Database:
    return await databases.migrated("registries")


async def subscriber(databases: Databases, bus: Bus, package: str, *types: str) -> Consumer:
    consumer = Consumer(await databases.migrated(package), *types)
    await bus.subscribe(consumer.database, types)
    return consumer


async def publish(database: Database, event_type: str = CREATED, subject: str = "r/1", **data: object) -> str:
    async with database.transaction() as tx:
        return await events.publish(tx, type=event_type, subject=subject, data=data)


async def relay(database: Database, bus: Bus) -> None:
    await JobRunner(database, {events.OUTBOX: events.relay(bus)}, {events.OUTBOX: AT_ONCE}).run_due()


async def outbox(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [row["state"] for row in await tx.fetch("SELECT state FROM job ORDER BY number")]


async def test_an_event_reaches_a_subscriber_as_it_was_told(
    databases: Databases, publisher: Database, bus: Bus
) -> None:
    consumer = await subscriber(databases, bus, "messaging", CREATED)
    moment = clock.now()

    with clock.fixed(moment):
        event_id = await publish(publisher, record="Ána", parts=[1, None])
    await relay(publisher, bus)
    await consumer.expect(1)

    assert consumer.events == [
        Event(event_id, CREATED, "r/1", clock.timestamp(moment), "/registries", {"record": "Ána", "parts": [1, None]})
    ]


async def test_every_subscriber_hears_of_an_event(databases: Databases, publisher: Database, bus: Bus) -> None:
    consumers = [await subscriber(databases, bus, package, CREATED) for package in ("messaging", "payments")]

    await publish(publisher)
    await relay(publisher, bus)
    for consumer in consumers:
        await consumer.expect(1)

    assert [len(consumer.events) for consumer in consumers] == [1, 1]


async def test_a_subscriber_hears_only_of_the_types_it_asked_for(
    databases: Databases, publisher: Database, bus: Bus
) -> None:
    consumer = await subscriber(databases, bus, "messaging", CLOSED, "registries.record.moved")

    for event_type in (CREATED, CLOSED, CREATED):
        await publish(publisher, event_type)
    await publish(publisher, "registries.record.moved")
    await relay(publisher, bus)
    await consumer.expect(2)

    assert [event.type for event in consumer.events] == [CLOSED, "registries.record.moved"]


async def test_an_event_delivered_twice_is_handled_once(databases: Databases, publisher: Database, bus: Bus) -> None:
    consumer = await subscriber(databases, bus, "messaging", CREATED)
    event = Event(ids.new_id(), CREATED, "r/1", clock.timestamp(), "/registries", {})

    await bus.send(event)
    await bus.send(event)
    await bus.send(Event(ids.new_id(), CREATED, "r/2", clock.timestamp(), "/registries", {}))
    await consumer.expect(2)

    assert [one.subject for one in consumer.events] == ["r/1", "r/2"]


async def test_an_event_whose_handler_fails_is_handled_again(
    databases: Databases, publisher: Database, bus: Bus
) -> None:
    consumer = await subscriber(databases, bus, "messaging", CREATED)
    consumer.failures = 1

    await publish(publisher)
    await relay(publisher, bus)
    await consumer.expect(1)

    assert len(consumer.events) == 1


async def test_events_about_one_subject_keep_their_order(databases: Databases, publisher: Database, bus: Bus) -> None:
    consumer = await subscriber(databases, bus, "messaging", CREATED)

    for n in range(10):
        await publish(publisher, n=n)
    await relay(publisher, bus)
    await consumer.expect(10)

    assert [event.data["n"] for event in consumer.events] == list(range(10))


async def test_the_correlation_id_travels_with_the_event(databases: Databases, publisher: Database, bus: Bus) -> None:
    consumer = await subscriber(databases, bus, "messaging", CREATED)

    token = CORRELATION.set("request-1")
    await publish(publisher)
    CORRELATION.reset(token)
    await relay(publisher, bus)
    await consumer.expect(1)

    assert consumer.correlations == ["request-1"]


async def test_an_event_of_a_transaction_that_fails_is_never_told(publisher: Database) -> None:
    async def publish_and_fail() -> None:
        async with publisher.transaction() as tx:
            await events.publish(tx, type=CREATED, subject="r/1", data={})
            raise LookupError

    with pytest.raises(LookupError):
        await publish_and_fail()

    assert await outbox(publisher) == []


@pytest.mark.parametrize("event_type", ["", "created", "Registries.Record", "a..b", "a.*", "a.b ", "a.>"])
async def test_an_odd_type_is_refused(publisher: Database, event_type: str) -> None:
    with pytest.raises(ValueError, match="cannot name an event"):
        await publish(publisher, event_type)


async def test_an_event_nobody_asked_for_leaves_the_outbox(publisher: Database, bus: Bus) -> None:
    await publish(publisher)

    await relay(publisher, bus)

    assert await outbox(publisher) == ["done"]


async def test_the_inbox_forgets_what_can_no_longer_be_delivered(databases: Databases, publisher: Database) -> None:
    bus = InProcessBus()
    consumer = await subscriber(databases, bus, "messaging", CREATED)
    await publish(publisher)
    await relay(publisher, bus)

    with clock.fixed(clock.now() + 2 * INBOX_RETENTION):
        await JobRunner(consumer.database, {}).run_due()

    assert await consumer.inbox() == 0


async def test_a_subscriber_that_was_down_hears_of_it_later(
    databases: Databases, publisher: Database, nats_url: str
) -> None:
    async with nats_bus(nats_url) as bus:
        await publish(publisher)
        await relay(publisher, bus)

        consumer = await subscriber(databases, bus, "messaging", CREATED)
        await consumer.expect(1)

    assert len(consumer.events) == 1


async def test_processes_of_one_package_share_its_events(
    databases: Databases, publisher: Database, nats_url: str
) -> None:
    async with nats_bus(nats_url) as bus:
        consumer = await subscriber(databases, bus, "messaging", CREATED)
        await bus.subscribe(databases.open("messaging"), [CREATED])
        for n in range(50):
            await bus.send(Event(ids.new_id(), CREATED, "", clock.timestamp(), "/registries", {"n": n}))
        await consumer.expect(50)

    assert sorted(event.data["n"] for event in consumer.events) == list(range(50))


async def test_an_event_comes_again_when_it_could_not_be_stored(
    databases: Databases, publisher: Database, nats_url: str
) -> None:
    unready = databases.open("messaging")  # not migrated yet: nothing can be stored
    async with nats_bus(nats_url) as bus:
        await bus.subscribe(unready, [CREATED])
        await bus.send(Event(ids.new_id(), CREATED, "r/1", clock.timestamp(), "/registries", {}))
        await asyncio.sleep(0.2)
        consumer = Consumer(await databases.migrated("messaging"), CREATED)
        await consumer.expect(1)

    assert len(consumer.events) == 1


@pytest.mark.requirement("CFR-architecture-12")
async def test_what_the_database_could_not_take_in_is_not_overtaken(
    databases: Databases, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = 2
    taken_in = events.receive

    async def receive(tx: Transaction, event: Event) -> bool:
        nonlocal away
        if away:
            away -= 1
            raise Unavailable
        return await taken_in(tx, event)

    monkeypatch.setattr(events, "receive", receive)
    monkeypatch.setattr(events, "BATCH_EVENTS_MAX", 1)
    monkeypatch.setattr(events, "TROUBLE_SECONDS", 0.05)
    async with nats_bus(nats_url) as bus:
        consumer = await subscriber(databases, bus, "messaging", CREATED)
        for n in range(5):
            await bus.send(Event(ids.new_id(), CREATED, "r/1", clock.timestamp(), "/registries", {"n": n}))
        await consumer.expect(5)

    assert [event.data["n"] for event in consumer.events] == [0, 1, 2, 3, 4]


async def test_what_is_not_an_event_is_passed_over(databases: Databases, publisher: Database, nats_url: str) -> None:
    async with nats_bus(nats_url) as bus:
        consumer = await subscriber(databases, bus, "messaging", CREATED)
        client = await nats.connect(nats_url)
        await client.jetstream().publish(f"{bus.stream}.{CREATED}", b"not an event")
        await client.close()
        await publish(publisher)
        await relay(publisher, bus)
        await consumer.expect(1)

    assert len(consumer.events) == 1


async def test_an_event_waits_in_the_outbox_while_the_bus_is_away(publisher: Database, nats_url: str) -> None:
    async with nats_bus(nats_url) as bus:
        pass
    await publish(publisher)

    await JobRunner(publisher, {events.OUTBOX: events.relay(bus)}, {events.OUTBOX: events.RELAY_POLICY}).run_due()

    assert await outbox(publisher) == ["waiting"]


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await NatsBus.connect("nats://127.0.0.1:1", within_seconds=0.2)
