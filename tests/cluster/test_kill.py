"""A process that dies under load takes nothing with it that was accepted, and nothing is done twice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from govstack.blocks.mediator.evidence.model import verify
from tests.builders.exchange import served
from tests.builders.pubsub import Receiver
from tests.cluster.cluster import (
    EVENT_TYPE,
    INSTANCE,
    LOADER,
    PROVIDER,
    READER,
    REGISTRY,
    ROOM,
    SERVICE,
    VERSION,
    Client,
    Cluster,
    events_of,
    open_room,
    prepare,
    running,
)

CREATORS, PUBLISHERS = 4, 2
LOAD_SECONDS = 8.0
KILL_MEDIATOR_AFTER_SECONDS = 1.5
KILL_REGISTRIES_AFTER_SECONDS = 3.5
HEARD_SECONDS_MAX = 60.0
MEDIATED = f"/mediator/r1/{INSTANCE}/{PROVIDER}/{SERVICE}/{REGISTRY}/{VERSION}"
IN_ROOM = f"/mediator/r1/{INSTANCE}/{ROOM}"
PAGE = 200


async def create(client: Client, name: str, until: float) -> list[str]:
    """Create records with keys of the client's own choice, one after the other; returns those that were accepted."""
    accepted: list[str] = []
    while asyncio.get_running_loop().time() < until:
        key = f"{name}-{len(accepted):05}"
        await client.ask("POST", f"{MEDIATED}/create", {"write": {"content": {"Key": key, "Note": name}}}, key=key)
        accepted.append(key)
    return accepted


async def publish(client: Client, name: str, until: float) -> list[str]:
    """Publish events one after the other; returns the ids under which they were accepted."""
    accepted: list[str] = []
    while asyncio.get_running_loop().time() < until:
        body = {"eventType": EVENT_TYPE, "event": {"Number": len(accepted)}, "key": name}
        key = f"{name}-{len(accepted):05}"
        answer = await client.ask("POST", f"{IN_ROOM}/pub/v1/{EVENT_TYPE}", body, key=key)
        accepted.append(answer.json()["id"])
    return accepted


async def stored(client: Client) -> list[str]:
    """Return the keys of all records."""
    keys: list[str] = []
    while True:
        page = len(keys) // PAGE + 1
        answer = await client.ask("GET", f"{MEDIATED}?page={page}&pageSize={PAGE}")
        found = [row.get("content", row)["Key"] for row in answer.json()["results"]]
        keys += found
        if len(found) < PAGE:
            return keys


async def fetched(cluster: Cluster, loaded: asyncio.Event) -> list[str]:
    """Fetch and acknowledge events as the reader until the load has ended and there is none left; returns their ids."""
    ids: list[str] = []
    async with Client(cluster.url, f"{INSTANCE}/{READER}") as reader:
        while True:
            last = loaded.is_set()
            answer = await reader.ask("GET", f"{IN_ROOM}/pull/v1/{EVENT_TYPE}", expect=(200, 404))
            if answer.status_code == 404:
                if last:
                    return ids
                await asyncio.sleep(0.1)
                continue
            ids.append(answer.json()["id"])
            await reader.ask("DELETE", f"{IN_ROOM}/pull/v1/{EVENT_TYPE}/{ids[-1]}")


async def heard(hearer: Receiver, published: list[str]) -> list[int]:
    """Return which of a publisher's events the hearer was told, in order, once it has heard of every one."""
    async with asyncio.timeout(HEARD_SECONDS_MAX):
        while not set(published) <= set(hearer.ids):
            await asyncio.sleep(0.1)
    place = {event_id: number for number, event_id in enumerate(published)}
    return [place[event_id] for event_id in hearer.ids if event_id in place]


async def log_of(cluster: Cluster) -> list[bytes]:
    """Return the message log of all processes."""
    async with Client(cluster.url, "operator") as operator:
        answer = await operator.ask("GET", "/mediator/api/v1/messages/export")
    return answer.content.splitlines(keepends=True)


def creations(log: list[bytes]) -> int:
    """Return how many creations the log says were answered with success."""
    messages = [json.loads(line).get("message", {}) for line in log]
    return sum(one.get("method") == "POST" and one.get("status") == 200 for one in messages)


def joined(lists: list[list[str]]) -> list[str]:
    """Return lists as one."""
    return [one for part in lists for one in part]


@pytest.mark.slow
@pytest.mark.timeout(420)
@pytest.mark.requirement(
    "SD-1", "I18", "I19", "I30", "I34", "I35", "CFR-architecture-4", "CFR-architecture-5", "CFR-deployment-9"
)
async def test_nothing_accepted_is_lost_and_nothing_is_done_twice(nats_url: str, tmp_path: Path) -> None:
    hearer = Receiver()
    async with served(hearer) as origin, running(nats_url, tmp_path) as cluster:
        await prepare(cluster, hearer=origin)
        await open_room(cluster, hearer=origin)
        clients = [Client(cluster.url, f"{INSTANCE}/{LOADER}") for _ in range(CREATORS + PUBLISHERS)]
        until = asyncio.get_running_loop().time() + LOAD_SECONDS
        creating = [asyncio.create_task(create(one, f"c{n}", until)) for n, one in enumerate(clients[:CREATORS])]
        publishing = [asyncio.create_task(publish(one, f"p{n}", until)) for n, one in enumerate(clients[CREATORS:])]
        loaded = asyncio.Event()
        fetching = asyncio.create_task(fetched(cluster, loaded))
        await asyncio.sleep(KILL_MEDIATOR_AFTER_SECONDS)
        cluster.kill("mediator")
        await asyncio.sleep(KILL_REGISTRIES_AFTER_SECONDS - KILL_MEDIATOR_AFTER_SECONDS)
        cluster.kill("registries")
        created = joined(await asyncio.gather(*creating))
        published = await asyncio.gather(*publishing)
        loaded.set()
        await cluster.await_said("mediator on port")
        await cluster.await_said("registries on port")
        records = Counter(await stored(clients[0]))
        told = await events_of(nats_url, cluster.prefix, "registries.record.created", expected=len(records))
        read = await fetching
        orders = [await heard(hearer, one) for one in published]
        log = await log_of(cluster)
        repeated = sum(client.repeated for client in clients)
        for client in clients:
            await client.__aexit__()
    print(f"{len(created)} created, {len(joined(published))} published, {repeated} requests repeated")

    assert len(created) > CREATORS * 5
    assert all(len(one) > 5 for one in published)
    assert records == Counter(created)
    assert len(told) == len(created)
    assert Counter(read) == Counter(joined(published))
    # At least once, and in order: what a process was pushing when it died comes again before anything later.
    assert [order == sorted(order) for order in orders] == [True] * PUBLISHERS
    assert verify(log).ok
    assert creations(log) >= len(created)
