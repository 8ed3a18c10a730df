"""Starts tools/cluster.py for a test, prepares what it needs by the blocks' own interfaces, and asks as clients do."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

import httpx
import nats

from govstack.kernel.crypto import Keyring
from tests.host.commands import ROOT, environment, free_port
from tests.shelf import POSTGRES_URL, put_back

SECRET = "a-secret-that-a-cluster-of-tests-shares-0123456789"
INSTANCE = "TESTS"
BLOCKS = ("identity", "mediator", "registries")
REGISTRY, VERSION = "loads", "1.0"
PROVIDER, LOADER = "GOV/9000/registry", "GOV/9000/loader"
SERVICE = "loads"
ROOM, READER = "GOV/9000/room", "GOV/9000/reader"
HEARER = "GOV/9000/hearer"
HEARING = "hearing"
PUSH_SECONDS = "3"
EVENT_TYPE = "noted"
READY_SECONDS_MAX = 150
STOP_SECONDS_MAX = 60
TRY_SECONDS_MAX = 60
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


class Cluster:
    """A running cluster: its one address, and its members with their process ids."""

    def __init__(self, process: subprocess.Popen[str], prefix: str, said: list[str]) -> None:
        self.process, self.prefix, self.said = process, prefix, said
        self.url = ""
        self.members: list[dict[str, Any]] = []

    def take(self, line: str) -> None:
        """Take what the cluster reports once it is ready."""
        assert line, "\n".join(self.said)
        facts = json.loads(line)
        self.url, self.members = facts["url"], facts["members"]

    def kill(self, role: str) -> int:
        """Kill one process of a role, as a power cut does; returns its id."""
        victim = next(member for member in self.members if member["role"] == role)
        os.kill(victim["pid"], signal.SIGKILL)
        return int(victim["pid"])

    async def await_said(self, words: str) -> None:
        """Return once the cluster has said something on standard error."""
        async with asyncio.timeout(READY_SECONDS_MAX):
            while not any(words in line for line in self.said):
                await asyncio.sleep(0.1)


@asynccontextmanager
async def running(nats_url: str, folder: Path) -> AsyncIterator[Cluster]:
    """Run the blocks, as often as the tool does, in schemas and a stream of their own; all is removed afterwards."""
    prefix = f"t{int(time.time()):x}_{secrets.token_hex(3)}_"  # noqa: TID251 (a later run sweeps by this time)
    process = _started(nats_url, prefix, folder)
    said: list[str] = []
    reader = threading.Thread(target=_collect, args=(process.stderr, said), daemon=True)
    reader.start()
    cluster = Cluster(process, prefix, said)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(READY_SECONDS_MAX):
            cluster.take(await asyncio.to_thread(process.stdout.readline))
        yield cluster
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, STOP_SECONDS_MAX)
        await asyncio.to_thread(reader.join)
        process.stdout.close()
        process.stderr.close()
        await put_back([], prefix)
        await _forget_stream(nats_url, f"{prefix}govstack")


def _started(nats_url: str, prefix: str, folder: Path) -> subprocess.Popen[str]:
    settings = {"SECRET": SECRET, "DATABASE_URL": POSTGRES_URL, "NATS_URL": nats_url, "INSTANCE": INSTANCE}
    settings["MEDIATOR_PUSH_SECONDS"] = PUSH_SECONDS  # what a killed process was pushing is free again soon after
    command = [sys.executable, "tools/cluster.py", f"--port={free_port()}", "--json", f"--prefix={prefix}"]
    return subprocess.Popen(
        [*command, f"--folder={folder}", "--only", *BLOCKS],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Client:
    """An application that calls through the one address and repeats what found no answer, with the same key."""

    def __init__(self, url: str, application: str) -> None:
        self.application = application
        self.repeated = 0
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=20)
        self._token = ""

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", expect: tuple[int, ...] = (200, 201, 204)
    ) -> httpx.Response:
        """Ask until there is an answer that counts; one that does not stand for success fails the test."""
        latest = time.monotonic() + TRY_SECONDS_MAX
        while time.monotonic() < latest:
            answer = await self._try(lambda: self._send(method, path, body, key))
            if answer is None or answer.status_code in TRY_AGAIN:
                self.repeated += 1
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 401:
                self._token = ""
                continue
            assert answer.status_code in expect, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer
        raise AssertionError(f"{method} {path} found no answer in {TRY_SECONDS_MAX} s")

    async def _send(self, method: str, path: str, body: object, key: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {await self._granted()}", "information-mediator-purpose": "a test"}
        if key:
            headers["idempotency-key"] = key
        return await self._http.request(method, path, json=body, headers=headers)

    async def _granted(self) -> str:
        if not self._token:
            answer = await self._http.post(
                "/identity/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self.application, secret_of(self.application)),
            )
            answer.raise_for_status()
            self._token = answer.json()["access_token"]
        return self._token

    @staticmethod
    async def _try(act: Callable[[], Any]) -> httpx.Response | None:
        try:
            answer: httpx.Response = await act()
        except (httpx.TransportError, httpx.HTTPStatusError):
            return None
        return answer


def secret_of(application: str) -> str:
    """Return how an application of these tests proves itself; the operator's follows from the master secret."""
    return Keyring(SECRET, package="credentials").secret_text(application)


async def prepare(cluster: Cluster, *, hearer: str = "") -> None:
    """Let applications in, define a registry, and offer it to the loader through the mediator.

    An application that hears events at the address `hearer` may be called by the room.
    """
    async with Client(cluster.url, "operator") as operator:
        for application in (PROVIDER, LOADER, ROOM, READER, HEARER):
            client = f"{INSTANCE}/{application}"
            known = {"clientId": client, "secret": secret_of(client), "application": client}
            await operator.ask("PUT", "/identity/api/v1/clients", known)
        here = f"/registries/api/v1/registries/{REGISTRY}"
        await operator.ask("PUT", f"{here}/draft", _definition())
        await operator.ask("POST", f"{here}/publish", {"version": VERSION, "acceptBreaking": False})
        grant = {"subject": f"application:{INSTANCE}/{LOADER}", "services": ["data-list", "data-read", "data-create"]}
        await operator.ask("POST", f"{here}/grants", grant)
        await operator.ask("PUT", "/mediator/api/v1/config", _configuration(cluster.url, hearer))
        async with asyncio.timeout(READY_SECONDS_MAX):
            while True:
                status = (await operator.ask("GET", "/mediator/api/v1/status")).json()
                if status.get("latestChange", {}).get("state") == "done":
                    break
                assert status.get("latestChange", {}).get("state") != "failed", status
                await asyncio.sleep(0.1)


async def open_room(cluster: Cluster, *, hearer: str = "") -> None:
    """Let the loader publish events in a room, the reader fetch them, and the hearer be told in order of keys."""
    schema = {"type": "object", "properties": {"Number": {"type": "integer"}}, "required": ["Number"]}
    parts = ("memberClass", "memberCode", "applicationCode")
    rights = [
        dict(zip((*parts, "act"), (*application.split("/"), act), strict=True))
        for application, act in ((LOADER, "publish"), (READER, "subscribe"), (HEARER, "subscribe"))
    ]
    async with Client(cluster.url, "operator") as operator:
        room = f"/mediator/api/v1/rooms/{ROOM}"
        await operator.ask("PUT", room, {"title": "Room"})
        types = f"/mediator/r1/{INSTANCE}/{ROOM}/api/v1/eventType"
        await operator.ask("POST", types, {"eventType": EVENT_TYPE, "schema": schema})
        await operator.ask("PATCH", f"{room}/rights/allow", rights)
    async with Client(cluster.url, f"{INSTANCE}/{READER}") as reader:
        subscriptions = f"/mediator/r1/{INSTANCE}/{ROOM}/api/v1/subs/{EVENT_TYPE}"
        await reader.ask("POST", subscriptions, {"eventType": EVENT_TYPE, "delivery": "PULL"})
    if hearer:
        async with Client(cluster.url, f"{INSTANCE}/{HEARER}") as listening:
            wish = {"eventType": EVENT_TYPE, "delivery": "PUSH", "options": {"FIFO": True}}
            await listening.ask("POST", subscriptions, {**wish, "endpoint": {"service": HEARING}})


def _definition() -> Mapping[str, object]:
    properties = {
        "Key": {"type": "string", "unique": True, "indexed": True},
        "Note": {"type": "string"},
    }
    schema = {"type": "object", "properties": properties, "required": ["Key"]}
    return {"name": "Loads", "description": "What clients chose keys for", "institution": "Tests", "schema": schema}


def _configuration(url: str, hearer: str) -> Mapping[str, object]:
    root = f"/{REGISTRY}/{VERSION}"
    answers = {"responses": {"200": {"description": "Done"}}}
    paths = {
        f"{root}/create": {"post": {"operationId": "create", **answers}},
        root: {"get": {"operationId": "list", **answers}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "Loads", "version": VERSION}, "paths": paths}
    rights = [
        {
            "memberClass": "GOV",
            "memberCode": "9000",
            "application": "loader",
            "operations": ["create", "list"],
            "purpose": "",
        }
    ]
    take = {"post": {"operationId": "take", "responses": {"204": {"description": "Taken"}}}}
    hearing_document = {**document, "paths": {"/{eventType}": take}}
    told = [{**rights[0], "application": "room", "operations": ["take"]}]
    hearing = {"id": HEARING, "serviceUrl": hearer, "spec": hearing_document, "rights": told}
    service = {"id": SERVICE, "serviceUrl": f"{url}/registries/api/v1/data", "spec": document, "rights": rights}
    applications = [
        {"id": "registry", "name": "Registry", "connection": "http", "services": [service]},
        {"id": "hearer", "name": "Hearer", "connection": "http", "services": [hearing] if hearer else []},
        *(
            {"id": code, "name": code, "connection": "http", "services": []}
            for code in (one.rpartition("/")[2] for one in (LOADER, ROOM, READER))
        ),
    ]
    member = {"name": "Tests", "class": "GOV", "code": "9000", "applications": applications}
    return {"domain": "tests.example", "instance": INSTANCE, "members": [member]}


async def events_of(nats_url: str, prefix: str, event_type: str, *, expected: int) -> list[dict[str, Any]]:
    """Return the events of a type in the stream, once there are as many different ones as expected or time is up."""
    client = await nats.connect(nats_url)
    stream = f"{prefix}govstack"
    found: dict[str, dict[str, Any]] = {}
    try:
        hearing = await client.jetstream().subscribe(f"{stream}.{event_type}", stream=stream, ordered_consumer=True)
        latest = time.monotonic() + READY_SECONDS_MAX
        while len(found) < expected and time.monotonic() < latest:
            try:
                message = await hearing.next_msg(timeout=2)
            except nats.errors.TimeoutError:
                continue
            event = json.loads(message.data)
            found[event["id"]] = event
    finally:
        await client.close()
    return list(found.values())


async def _forget_stream(nats_url: str, stream: str) -> None:
    client = await nats.connect(nats_url)
    try:
        await client.jetstream().delete_stream(stream)
    except nats.js.errors.NotFoundError:
        pass
    finally:
        await client.close()


def _collect(stream: TextIO, lines: list[str]) -> None:
    lines.extend(line.rstrip("\n") for line in stream)
