"""A process that is killed loses no event it has acknowledged, and processes that share the work share it well."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from govstack.blocks.mediator.delivery.tasks import AT_ONCE_PER_SUBSCRIPTION
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from tests.builders import mediator
from tests.builders.exchange import served
from tests.builders.pubsub import RECEIVER, TYPE, P, Receiver, Room, room_on, until
from tests.builders.pubsub_process import mediator_process
from tests.databases import Databases

EVENTS_MIN = 40
LEASE_SECONDS = 1.0


@pytest.fixture
async def shared(databases: Databases, tmp_path: Path) -> AsyncIterator[Room]:
    """A mediator with a room whose database outlives processes, as in production."""
    hosts = {"MEDIATOR_ALLOWED_HOSTS": f"127.0.0.1,{mediator.ALLOWED_HOSTS}"}
    async with room_on(databases, tmp_path, synchronous="FULL", **hosts) as made:
        yield made


async def subscribe(found: Room, origin: str, wish: Wish | None = None, *, code: str = "police") -> None:
    """Subscribe an application that listens at an origin."""
    await found.subscriber(code, wish)
    await mediator.offered(found.context, f"GOV/8000/{code}/events", service_url=origin, document=RECEIVER)


async def read_ids(process: asyncio.subprocess.Process, count: int) -> list[str]:
    """Return the ids of the first events that a process has acknowledged."""
    assert process.stdout is not None
    return [(await process.stdout.readline()).decode().strip() for _ in range(count)]


async def rest_of(process: asyncio.subprocess.Process) -> list[str]:
    """Return the ids that a killed process had still said."""
    assert process.stdout is not None
    return [line for line in (await process.stdout.read()).decode().split("\n")[:-1] if line]


@pytest.mark.slow
@pytest.mark.requirement("I18", "I19", "I28", "I34")
async def test_a_killed_process_loses_nothing_that_it_has_acknowledged(
    shared: Room, databases: Databases, tmp_path: Path
) -> None:
    police = Receiver()
    async with served(police) as origin:
        await subscribe(shared, origin)
        async with mediator_process("publish push", databases, tmp_path, lease_seconds=LEASE_SECONDS) as process:
            acknowledged = await read_ids(process, EVENTS_MIN)
            await until(lambda: len(police.received) >= 5)
            process.send_signal(signal.SIGKILL)
            acknowledged += await rest_of(process)
        reached_before = set(police.ids)
        worker = shared.dispatcher()
        worker.start()
        await until(lambda: set(acknowledged) <= set(police.ids), 30)
        await until_settled(shared)
        await worker.stop()

    assert len(acknowledged) >= EVENTS_MIN
    assert set(acknowledged) - reached_before, "The process was killed before it had pushed everything."
    assert set(await shared.states()) == {"delivered"}
    assert len({(item["id"], item["event"]["number"]) for item in police.received}) == len(set(police.ids))


@pytest.mark.slow
@pytest.mark.requirement("I19")
async def test_what_a_killed_process_was_pushing_comes_again_with_the_same_id(
    shared: Room, databases: Databases, tmp_path: Path
) -> None:
    police, hanging = Receiver(), asyncio.Event()

    async def hang(_: dict[str, Any]) -> int:
        await hanging.wait()
        return 204

    police.behave = hang
    async with served(police) as origin:
        await subscribe(shared, origin)
        event_id = await shared.publish()
        async with mediator_process("push", databases, tmp_path, lease_seconds=LEASE_SECONDS) as process:
            await until(lambda: len(police.received) == 1, 20)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        hanging.set()
        await asyncio.sleep(LEASE_SECONDS)
        await shared.push()

    assert police.ids == [event_id, event_id]
    assert await shared.states() == ["delivered"]


@pytest.mark.slow
@pytest.mark.requirement("I19", "I28")
async def test_what_was_accepted_before_a_kill_can_be_pulled(
    shared: Room, databases: Databases, tmp_path: Path
) -> None:
    await subscribe(shared, "http://police.gov.test", Wish(mode=Mode.PULL))
    async with mediator_process("publish", databases, tmp_path) as process:
        acknowledged = await read_ids(process, EVENTS_MIN)
        process.send_signal(signal.SIGKILL)
        acknowledged += await rest_of(process)
    pulled = []
    async with shared.client("demo/GOV/8000/police") as client:
        while (answer := await client.get(f"{P}/pull/v1/{TYPE}")).status_code == 200:
            pulled.append(answer.json()["id"])
            await client.delete(f"{P}/pull/v1/{TYPE}/{pulled[-1]}")

    assert set(acknowledged) <= set(pulled)
    assert len(pulled) == len(set(pulled))


@pytest.mark.slow
@pytest.mark.requirement("I18", "I34")
async def test_two_processes_share_the_work_and_deliver_each_event_once(
    shared: Room, databases: Databases, tmp_path: Path
) -> None:
    both_push, busy = asyncio.Event(), 0

    async def wait_for_both(_: dict[str, Any]) -> int:
        nonlocal busy
        busy += 1
        if busy > AT_ONCE_PER_SUBSCRIPTION:  # more than one process pushes at once
            both_push.set()
        await both_push.wait()
        return 204

    police, court = Receiver(behave=wait_for_both), Receiver()
    async with served(police) as first, served(court) as second:
        await subscribe(shared, first)
        await subscribe(shared, second, Wish(fifo=True), code="court")
        async with mediator_process("push", databases, tmp_path), mediator_process("push", databases, tmp_path):
            for number in range(60):
                await shared.publish(number, key=f"k{number % 6}")
            await until(both_push.is_set, 30)
            await until_settled(shared)

    assert sorted(police.numbers) == sorted(court.numbers) == list(range(60))
    for key in range(6):
        assert [number for number in court.numbers if number % 6 == key] == list(range(key, 60, 6))


async def until_settled(found: Room, seconds: float = 30.0) -> None:
    """Wait until no delivery waits any more."""
    async with asyncio.timeout(seconds):
        while "waiting" in await found.states():
            await asyncio.sleep(0.05)
