"""A mediator that forwards to a provider, and the provider: an application that tells what it received."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.manifest import MANIFEST
from tests.builders import mediator
from tests.builders.running import Bench, bench
from tests.databases import Databases

ORIGIN = "http://provider.test"
CLIENT = "demo/GOV/7001/desk"
STRANGER = "demo/COM/9/shop"
PROVIDER = "demo/GOV/7002/register"
SERVICE = "GOV/7002/register/people"
PATH = "/r1/demo/GOV/7002/register/people"
DOCUMENT = """\
openapi: 3.0.3
info: {title: People, version: "1.0"}
paths:
  /people:
    get: {responses: {"200": {description: People}}}
    post: {responses: {"201": {description: Added}}}
    put: {responses: {"200": {description: Changed}}}
    delete: {responses: {"204": {description: Gone}}}
  /people/{id}:
    get: {responses: {"200": {description: A person}}}
    post: {responses: {"200": {description: Changed}}}
  /large:
    get: {responses: {"200": {description: Much}}}
  /off:
    get: {responses: {"200": {description: Nothing}}}
"""
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Provider:
    """Answers with what it received, or as a test tells it to."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    answer: bytes | None = None
    behave: Application | None = None

    @property
    def last(self) -> dict[str, Any]:
        """Return what was received last."""
        return self.requests[-1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.behave is not None:
            await self.behave(scope, receive, send)
            return
        size, body = 0, b""
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            body = (body + message.get("body", b""))[:1_000]
            if not message.get("more_body"):
                break
        self.requests.append(
            {
                "method": scope["method"],
                "path": scope["raw_path"].decode("latin-1"),
                "query": scope["query_string"].decode("latin-1"),
                "headers": [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]],
                "size": size,
                "body": body.decode("latin-1"),
            }
        )
        content = msgspec.json.encode(self.last) if self.answer is None else self.answer
        headers = [*self.headers, (b"content-type", b"application/json")]
        if not any(name == b"content-length" for name, _ in self.headers):
            headers.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def header(self, name: str) -> list[str]:
        """Return the values of a header in the last request."""
        return [value for found, value in self.last["headers"] if found == name]


@dataclass
class Forwarding:
    """A running mediator with one service of one provider, which one client may use."""

    bench: Bench
    provider: Provider

    @property
    def context(self) -> Any:
        """Return the mediator's context."""
        return self.bench.context

    def client(self, application: str = CLIENT, *scopes: str, **headers: str) -> Any:
        """Return an HTTP client of an application."""
        made = self.bench.application(application, *scopes)
        made.headers.update(headers)
        return made

    async def entries(self, **wanted: Any) -> list[evidence.Entry]:
        """Return the message log, oldest message first, requests before answers."""
        found = await evidence.find(self.context, evidence.Wanted(**wanted), limit=10_000)
        return sorted(found, key=lambda entry: (entry.chain, entry.number))


@asynccontextmanager
async def forwarding_on(
    databases: Databases, folder: Path, *, service_url: str = f"{ORIGIN}/v1", synchronous: str = "OFF", **settings: str
) -> AsyncIterator[Forwarding]:
    """Run a mediator on a database of its own, and its provider in the same process."""
    database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations", synchronous=synchronous)
    hosts = f"{mediator.ALLOWED_HOSTS},127.0.0.1"
    made = bench(MANIFEST, database, DATA_DIR=str(folder), **{"MEDIATOR_ALLOWED_HOSTS": hosts, **settings})
    provider = Provider()
    made.network.serve_locally(ORIGIN, provider)
    found = Forwarding(made, provider)
    await offer(found, service_url=service_url)
    try:
        yield found
    finally:
        await exchange.stop(made.context)
        await evidence.stop(made.context)


async def offer(found: Forwarding, *, service_url: str = f"{ORIGIN}/v1", **properties: object) -> None:
    """Register the service anew and let the client use it."""
    await mediator.offered(found.context, SERVICE, service_url=service_url, document=DOCUMENT, **properties)
    await mediator.granted(found.context, SERVICE, CLIENT.partition("/")[2])
    await mediator.connected(found.context, STRANGER.partition("/")[2])


@pytest.fixture
async def forwarding(databases: Databases, tmp_path: Path) -> AsyncIterator[Forwarding]:
    """A mediator that forwards, on SQLite and once more on PostgreSQL."""
    async with forwarding_on(databases, tmp_path) as made:
        yield made


@pytest.fixture
async def forwarding_on_sqlite(sqlite_databases: Databases, tmp_path: Path) -> AsyncIterator[Forwarding]:
    """A mediator that forwards, on SQLite alone: for what does not reach the database."""
    async with forwarding_on(sqlite_databases, tmp_path) as made:
        yield made


@asynccontextmanager
async def served(application: Any) -> AsyncIterator[str]:
    """Serve an application by uvicorn on loopback, in this process; gives its origin."""
    config = uvicorn.Config(application, port=0, lifespan="off", log_level="critical", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
