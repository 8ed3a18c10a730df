"""PostgreSQL and NATS go away and come back: refusals meanwhile, nothing lost or doubled, no restart needed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
import pytest

from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.evidence.model import verify
from govstack.blocks.registries.design.model import Registry
from govstack.kernel import db_postgres, events, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.db import Database
from govstack.kernel.db_postgres import PostgresDatabase
from govstack.kernel.errors import Unavailable
from govstack.kernel.events import NatsBus
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.jobs import Job, RetryPolicy
from tests.builders.exchange import PATH, Forwarding, forwarding_on
from tests.builders.proxy import Proxy, proxy_to
from tests.builders.records import analyst, content_of, desk, path, plain, stocked
from tests.builders.registries import field
from tests.builders.running import Bench
from tests.databases import POSTGRES_URL, Databases, databases_of

CREATED = "registries.record.created"
OWNER = Actor("person", "owner", scopes=frozenset({"mediator:read"}))
QUICKLY = RetryPolicy(attempts_max=1_000, first_seconds=0.05, longest_seconds=0.1)
WAIT_SECONDS_MAX = 40
LEASE_SECONDS = 5.0
WRITERS, WRITES, WRITES_MAX = 4, 12, 5_000


@pytest.fixture
async def wire() -> AsyncIterator[Proxy]:
    async with proxy_to(POSTGRES_URL) as proxy:
        yield proxy


@pytest.fixture
async def databases(wire: Proxy, tmp_path: Path) -> AsyncIterator[Databases]:
    """Databases on PostgreSQL by way of the wire that a test cuts."""
    async with databases_of("postgres", tmp_path) as opened:
        opened.url = wire.url
        yield opened
        await wire.mend()


@pytest.fixture
async def office(databases: Databases) -> tuple[Bench, Registry]:
    running = await desk(databases)
    further = (field("Key", unique=True, length_max=20),)
    return running, await stocked(running.context, given=plain("things", further=further))


def written(code: str) -> dict[str, object]:
    return {"write": {"content": {"Code": code, "Key": code}}}


async def codes(running: Bench, registry: Registry) -> list[str]:
    return sorted(content["Code"] for content in await content_of(running.context, registry))


@pytest.mark.requirement("SD-1", "X252")
async def test_registries_refuse_while_their_database_is_away_and_go_on_when_it_is_back(
    office: tuple[Bench, Registry], wire: Proxy
) -> None:
    running, registry = office
    async with analyst(running) as client:
        before = await client.post(path(registry, "/create"), json=written("A"))
        await wire.cut()
        refused = [
            await client.post(path(registry, "/create"), json=written("B"), headers={"idempotency-key": "b"}),
            await client.get(path(registry)),
            await client.get("/health/ready"),
        ]
        await wire.mend()
        again = await client.post(path(registry, "/create"), json=written("B"), headers={"idempotency-key": "b"})
        healthy = await client.get("/health/ready")

    assert [before.status_code, again.status_code, healthy.status_code] == [200, 200, 200]
    assert [answer.status_code for answer in refused] == [503, 503, 503]
    assert [answer.headers["content-type"] for answer in refused] == ["application/json; charset=utf-8"] * 3
    assert all("has stored nothing" in answer.json()["detail"] for answer in refused[:2])
    assert await codes(running, registry) == ["A", "B"]


@pytest.mark.requirement("I30")
async def test_the_mediator_delivers_nothing_while_its_log_is_away_and_the_log_stays_sound(
    databases: Databases, wire: Proxy, tmp_path: Path
) -> None:
    async with forwarding_on(databases, tmp_path) as found, found.client() as client:
        statuses = [(await client.get(f"{PATH}/people")).status_code]
        await wire.cut()
        statuses += [(await client.get(f"{PATH}/people")).status_code for _ in range(2)]
        reached = len(found.provider.requests)
        await wire.mend()
        statuses += [(await client.get(f"{PATH}/people")).status_code for _ in range(2)]

        assert statuses == [200, 503, 503, 200, 200]
        assert reached == 1
        assert await sound_entries(found) == 2 * len(found.provider.requests) == 6


async def test_an_answer_whose_record_meets_the_outage_is_withheld(
    databases: Databases, wire: Proxy, tmp_path: Path
) -> None:
    async with forwarding_on(databases, tmp_path) as found, found.client() as client:

        async def lose_the_log(scope: Any, receive: Any, send: Any) -> None:
            await wire.cut()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"a secret"})

        found.provider.behave = lose_the_log
        answer = await client.get(f"{PATH}/people")
        await wire.mend()

        assert (answer.status_code, b"a secret" in answer.content) == (503, False)
        assert await sound_entries(found) == 1


async def sound_entries(found: Forwarding) -> int:
    """Return how many entries the log has; fails when its chain does not verify."""
    lines = b"".join([part async for part in await evidence.export(found.context, by=OWNER)]).splitlines(keepends=True)
    result = verify(lines)
    assert result.ok, result
    return result.entries


@pytest.mark.requirement("SD-1", "CFR-architecture-5")
async def test_connections_that_break_under_load_lose_no_accepted_record_and_double_none(
    office: tuple[Bench, Registry], wire: Proxy, databases: Databases
) -> None:
    running, registry = office
    refusals: list[int] = []
    accepted: list[str] = []

    async def write(name: str) -> None:
        # A quick machine is done before anything breaks: the writers go on until something has met them.
        async with analyst(running) as client:
            for number in range(WRITES_MAX):
                if refusals and number >= WRITES:
                    break
                code = f"{name}-{number:04}"
                while True:
                    answer = await client.post(
                        path(registry, "/create"), json=written(code), headers={"idempotency-key": code}
                    )
                    if answer.status_code == 200:
                        accepted.append(code)
                        break
                    refusals.append(answer.status_code)
                    await asyncio.sleep(0.01)

    writing = asyncio.gather(*(write(f"w{number}") for number in range(WRITERS)))
    async with databases_of("postgres", Path()) as beside:
        admin = beside.open("admin")
        while not writing.done():
            await asyncio.sleep(0.05)
            await wire.break_connections()
            await asyncio.sleep(0.05)
            await terminate_backends(admin, f"{databases.prefix}registries")
            await asyncio.sleep(0.3)
    await writing

    assert await codes(running, registry) == sorted(accepted)
    assert set(refusals) == {503}


async def terminate_backends(admin: Database, schema: str) -> None:
    """End every session of one schema, as an administrator or a failover does."""
    async with admin.reading() as tx:
        await tx.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name",
            name=f"govstack {schema}",
        )


class Hearer:
    """A subscriber: what its handler was given, in order."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.numbers: list[int] = []

    async def handle(self, job: Job) -> None:
        self.numbers.append(events.received(job).data["n"])

    async def expect(self, count: int) -> None:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while len(self.numbers) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def working(*runners: JobRunner) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        for runner in runners:
            await runner.stop()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def told(databases: Databases, bus: NatsBus) -> AsyncIterator[tuple[Database, list[Hearer]]]:
    """A publisher and two subscribers of other packages, with their jobs running."""
    publisher = await databases.migrated("registries")
    hearers = [Hearer(await databases.migrated(package)) for package in ("messaging", "payments")]
    for hearer in hearers:
        await bus.subscribe(hearer.database, [CREATED])
    # What is at work when the wire is cut is taken up again once its lease has ended.
    kinds = {events.OUTBOX: QUICKLY}
    sending = JobRunner(publisher, {events.OUTBOX: events.relay(bus)}, kinds, lease_seconds=LEASE_SECONDS)
    hearing = [
        JobRunner(hearer.database, {events.subscription(CREATED): hearer.handle}, lease_seconds=LEASE_SECONDS)
        for hearer in hearers
    ]
    async with working(sending, *hearing):
        yield publisher, hearers


async def publish(database: Database, *numbers: int) -> None:
    for number in numbers:
        async with database.transaction() as tx:
            await events.publish(tx, type=CREATED, subject="r/1", data={"n": number})


@asynccontextmanager
async def bus_by_way_of(wire: Proxy, nats_url: str) -> AsyncIterator[NatsBus]:
    stream = f"test-{ids.new_id()}"
    bus = await NatsBus.connect(wire.url, stream=stream)
    try:
        yield bus
    finally:
        await bus.close()
        client = await nats.connect(nats_url)
        await client.jetstream().delete_stream(stream)
        await client.close()


@pytest.mark.slow
@pytest.mark.requirement("CFR-architecture-12")
async def test_events_wait_while_nats_is_away_and_reach_each_subscriber_once_in_order(
    postgres_databases: Databases, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PUBLISH_SECONDS_MAX", 0.5)
    monkeypatch.setattr(events, "RECONNECT_SECONDS", 0.1)
    async with (
        proxy_to(nats_url) as wire,
        bus_by_way_of(wire, nats_url) as bus,
        told(postgres_databases, bus) as (publisher, hearers),
    ):
        await publish(publisher, 0, 1)
        await hearers[0].expect(2)
        await wire.cut()
        await publish(publisher, 2, 3, 4)
        await asyncio.sleep(1.0)
        meanwhile = [list(hearer.numbers) for hearer in hearers]
        await wire.mend()
        await publish(publisher, 5)
        for hearer in hearers:
            await hearer.expect(6)
        await asyncio.sleep(0.3)

        assert meanwhile == [[0, 1], [0, 1]]
        assert [hearer.numbers for hearer in hearers] == [[0, 1, 2, 3, 4, 5]] * 2


@pytest.mark.slow
@pytest.mark.requirement("CFR-architecture-12")
async def test_jobs_and_the_outbox_go_on_when_the_database_is_back(
    databases: Databases, wire: Proxy, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govstack.kernel.job_runner.TROUBLE_SECONDS", 0.1)
    monkeypatch.setattr(events, "TROUBLE_SECONDS", 0.1)
    async with (
        proxy_to(nats_url) as unbroken,
        bus_by_way_of(unbroken, nats_url) as bus,
        told(databases, bus) as (publisher, hearers),
    ):
        await publish(publisher, *range(20))
        await wire.cut()
        with pytest.raises(Unavailable):
            await publish(publisher, 99)
        await asyncio.sleep(0.3)
        await wire.mend()
        await publish(publisher, 20)
        for hearer in hearers:
            await hearer.expect(21)

        # What was being handled when the wire was cut may come again (at least once); nothing is missing or late.
        assert [list(dict.fromkeys(hearer.numbers)) for hearer in hearers] == [list(range(21))] * 2


async def test_a_database_that_falls_silent_is_given_up_and_taken_up_again(
    databases: Databases, wire: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_postgres, "ANSWER_SECONDS_MAX", 0.3)
    monkeypatch.setattr(db_postgres.db, "CLOSE_SECONDS_MAX", 0.3)
    monkeypatch.setattr(db_postgres.db, "WAIT_SECONDS_MAX", 1.0)
    done = asyncio.Event()

    async def handle(job: Job) -> None:
        done.set()

    database = await databases.migrated("registries")
    runner = JobRunner(database, {"note": handle})
    async with working(runner):
        wire.hang()
        with pytest.raises(Unavailable):
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                async with database.reading() as tx:
                    await tx.fetch("SELECT 1 AS one")
        await asyncio.sleep(1.0)  # the runner has come upon it too
        await wire.break_connections()
        await wire.mend()
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "note", {})
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await done.wait()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="This system has no limit for unanswered bytes.")
async def test_a_host_that_lost_its_power_is_noticed_by_the_system(postgres_databases: Databases) -> None:
    database = await postgres_databases.migrated("registries")
    assert isinstance(database, PostgresDatabase)
    async with database.reading() as tx:
        wire: socket.socket = tx._connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        keepalive = wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        user_timeout = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    assert keepalive
    assert 0 < user_timeout <= 60_000
