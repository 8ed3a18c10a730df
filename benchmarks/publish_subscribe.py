"""What an event costs: events accepted and delivered a second, against as many plain inserts into the same database.

Run `python -m benchmarks.publish_subscribe [--events 1000] [--database postgresql]`. Everything is durable (SQLite
synchronous FULL, or PostgreSQL as it is configured). An accepted event was checked against its schema and its
publisher's right, numbered, logged, and queued for a subscriber; a delivered one went through the mediator, with rights
and a signed message log, to a subscriber in this process. Machines differ, so the ratios matter.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from tests.builders.pubsub import ADDRESS, PUBLISHER, TYPE, Receiver, Room, room_on
from tests.databases import databases_of

from govstack.blocks.mediator.delivery import service as delivery
from govstack.blocks.mediator.publishing import service as publishing
from govstack.blocks.mediator.publishing.service import Publication
from govstack.blocks.mediator.subscriptions.model import Mode, Wish
from govstack.kernel import clock, ids
from govstack.kernel.actor import Actor

AT_ONCE = 32
ROUNDS = 3
PAYLOAD = b'{"number": %d, "place": "City Hospital", "at": "2026-05-01T11:25:00+02:00", "details": {"weight": 3200}}'
PLAIN = "CREATE TABLE plain (id TEXT PRIMARY KEY, content TEXT NOT NULL, at TEXT NOT NULL)"
INSERT = "INSERT INTO plain (id, content, at) VALUES (:id, :content, :at)"
BY = Actor("application", PUBLISHER, application=PUBLISHER)
PULLER = Actor("application", "demo/GOV/8000/puller", application="demo/GOV/8000/puller")


async def insert(found: Room, number: int) -> None:
    """Store a row, durably."""
    content = (PAYLOAD % number).decode()
    async with found.context.database.transaction() as tx:
        await tx.execute(INSERT, id=ids.new_id(), content=content, at=clock.timestamp())


async def publish(found: Room, number: int, key: str = "") -> None:
    """Publish an event; every publication has a key of its own, unless one is given."""
    publication = Publication(TYPE, PAYLOAD % number, key=key or f"k{number}")
    await publishing.publish(found.context, by=BY, address=ADDRESS, publication=publication)


async def publish_in_order(found: Room, number: int) -> None:
    """Publish an event under the one key of all of them."""
    await publish(found, number, "one")


async def pull(found: Room, _: int) -> None:
    """Pull an event and acknowledge it."""
    parcel = await delivery.pull(found.context, by=PULLER, address=ADDRESS, event_type=TYPE)
    await delivery.acknowledge(found.context, by=PULLER, address=ADDRESS, event_type=TYPE, event_id=parcel.event_id)


async def rate(found: Room, act: Callable[[Room, int], Awaitable[None]], count: int, at_once: int = AT_ONCE) -> float:
    """Return how often something is done a second, some of them at once."""
    numbers = iter(range(count))

    async def one() -> None:
        for number in numbers:
            await act(found, number)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return count / (time.perf_counter() - started)


async def pushed(found: Room, count: int, receivers: list[Receiver]) -> float:
    """Return how many events a second reach their subscribers."""
    for receiver in receivers:
        receiver.received.clear()
    started = time.perf_counter()
    await found.push()
    taken = time.perf_counter() - started
    reached = sum(len(receiver.received) for receiver in receivers)
    assert reached == count * len(receivers), f"{reached} of {count * len(receivers)} events were delivered."
    return reached / taken


async def measure(dialect: str, count: int) -> None:
    """Measure on one database and print the figures."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            databases_of(dialect, Path(folder)) as databases,
            room_on(databases, Path(folder), synchronous="FULL", LOG_LEVEL="ERROR") as room,
        ):
            async with room.context.database.owner() as owner, owner.transaction() as tx:
                await tx.execute(PLAIN)
            for _ in range(ROUNDS):
                note(found, "plain inserts", await rate(room, insert, count))
                note(found, "accepted, no subscriber", await rate(room, publish, count))
            receivers = [await room.subscriber("police")]
            for _ in range(ROUNDS):
                note(found, "accepted, 1 subscriber", await rate(room, publish, count))
                note(found, "pushed to 1 subscriber", await pushed(room, count, receivers))
                note(found, "accepted, one key", await rate(room, publish_in_order, count))
                await pushed(room, count, receivers)
            receivers += [await room.subscriber(f"sub{number}") for number in range(6)]
            for _ in range(ROUNDS):
                note(found, "accepted, 7 subscribers", await rate(room, publish, count))
                note(found, "pushed to 7 subscribers", await pushed(room, count, receivers))
            await room.subscriber("puller", Wish(mode=Mode.PULL))
            await rate(room, publish, count)
            note(found, "pulled and acknowledged", await rate(room, pull, count, at_once=1))
    show(dialect, found)


def note(found: dict[str, list[float]], name: str, value: float) -> None:
    """Keep a figure."""
    found.setdefault(name, []).append(value)


def show(dialect: str, found: dict[str, list[float]]) -> None:
    """Print the median of each figure and its ratio to plain inserts."""
    medians = {name: sorted(values)[len(values) // 2] for name, values in found.items()}
    print(f"{dialect}, {AT_ONCE} at once")
    for name, value in medians.items():
        print(f"  {name:26} {value:8.0f}/s   {value / medians['plain inserts']:5.2f} of plain inserts")


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000, help="how many events each figure is taken from")
    parser.add_argument("--database", default="sqlite", help="sqlite, or postgresql for the test server")
    given = parser.parse_args()
    uvloop.run(measure("postgres" if given.database.startswith("postgres") else "sqlite", given.events))


if __name__ == "__main__":
    main()
