"""A mediator with a room, and subscribers that remember what they were pushed, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from govstack.blocks.mediator.delivery.tasks import Dispatcher
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.rooms import service as rooms
from govstack.blocks.mediator.rooms.model import Act, RoomRight
from govstack.blocks.mediator.subscriptions import service as subscriptions
from govstack.blocks.mediator.subscriptions.model import Subscription, Wish
from govstack.kernel.context import Context
from tests.builders import mediator
from tests.builders.running import Bench, bench
from tests.databases import Databases

ROOM = "GOV/7001/registry"
ADDRESS = ("demo", "GOV", "7001", "registry")
P = f"/r1/demo/{ROOM}"
ADMIN = f"/api/v1/rooms/{ROOM}"
PUBLISHER = "demo/GOV/7001/hospital"
STRANGER = "demo/COM/9/shop"
TYPE = "newBirth"
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "place": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "details": {"type": "object", "properties": {"weight": {"type": "number"}}, "required": ["weight"]},
    },
    "required": ["number"],
}
RECEIVER = """\
openapi: 3.0.3
info: {title: Events, version: "1.0"}
paths:
  /{eventType}: {post: {responses: {"204": {description: Taken}}}}
"""

Behaviour = Callable[[dict[str, Any]], Awaitable[int]]


@dataclass
class Receiver:
    """A subscriber's service: remembers what it was sent and answers as a test tells it to."""

    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 204
    behave: Behaviour | None = None
    answer_headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """Return the payload's numbers in the order in which they came."""
        return [item["event"]["number"] for item in self.received]

    @property
    def ids(self) -> list[str]:
        """Return the event ids in the order in which they came."""
        return [item["id"] for item in self.received]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        item = msgspec.json.decode(body)
        self.received.append(item)
        self.paths.append(scope["path"])
        self.headers.append({name.decode(): value.decode("latin-1") for name, value in scope["headers"]})
        status = self.status if self.behave is None else await self.behave(item)
        headers = [*self.answer_headers, (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class Room:
    """A running mediator with one room, one event type and one publisher."""

    bench: Bench
    receivers: dict[str, Receiver] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        """Return the mediator's context."""
        return self.bench.context

    def client(self, application: str = PUBLISHER, *scopes: str, **headers: str) -> httpx.AsyncClient:
        """Return an HTTP client of an application; that of the room itself for "room"."""
        name = f"demo/{ROOM}" if application == "room" else application
        made = self.bench.application(name, *scopes)
        made.headers.update(headers)
        return made

    def dispatcher(self, **options: Any) -> Dispatcher:
        """Return a worker that pushes."""
        return Dispatcher(self.context, **options)

    async def push(self) -> None:
        """Push what is due."""
        await self.dispatcher().run_due()

    async def publish(self, number: int = 1, *, expect: int = 201, **extra: Any) -> str:
        """Publish an event as the publisher and return its id."""
        headers = {"idempotency-key": extra.pop("request_key")} if "request_key" in extra else {}
        async with self.client() as client:
            body = {"eventType": TYPE, "event": {"number": number, **extra.pop("payload", {})}, **extra}
            answer = await client.post(f"{P}/pub/v1/{TYPE}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return str(answer.json().get("id", ""))

    async def allow(self, client: str, *acts: Act, event_type: str = "") -> None:
        """Connect an application and let it act in the room."""
        await mediator.connected(self.context, client)
        wanted = [RoomRight(client, act, event_type) for act in acts]
        await rooms.change_rights(self.context, by=mediator.BUILDER, address=ADDRESS, allow=wanted)

    async def subscriber(self, code: str, wish: Wish | None = None, *, event_type: str = TYPE) -> Receiver:
        """Connect an application with a service that takes events, and subscribe it."""
        application = f"GOV/8000/{code}"
        await self.allow(application, Act.SUBSCRIBE)
        receiver = self.receivers[code] = self.receivers.get(code, Receiver())
        self.bench.network.serve_locally(f"http://{code}.gov.test", receiver)
        await mediator.offered(
            self.context, f"{application}/events", service_url=f"http://{code}.gov.test", document=RECEIVER
        )
        await mediator.granted(self.context, f"{application}/events", ROOM)
        await self.subscribed(code, wish, event_type=event_type)
        return receiver

    async def subscribed(self, code: str, wish: Wish | None = None, *, event_type: str = TYPE) -> Subscription:
        """Subscribe an application that may."""
        return await subscriptions.subscribe(
            self.context,
            by=mediator.BUILDER,
            address=ADDRESS,
            event_type=event_type,
            wish=wish or Wish(),
            subscriber=f"demo/GOV/8000/{code}",
        )

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Read the database."""
        async with self.context.database.reading() as tx:
            return await tx.fetch(sql)

    async def states(self) -> list[str]:
        """Return the states of all deliveries, the oldest first."""
        return [row["state"] for row in await self.rows("SELECT state FROM delivery ORDER BY number")]


@asynccontextmanager
async def room_on(
    databases: Databases, folder: Path, *, synchronous: str = "OFF", **settings: str
) -> AsyncIterator[Room]:
    """Run a mediator with a room on a database of its own."""
    database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations", synchronous=synchronous)
    found = Room(
        bench(
            MANIFEST, database, DATA_DIR=str(folder), **{"MEDIATOR_ALLOWED_HOSTS": mediator.ALLOWED_HOSTS, **settings}
        )
    )
    await open_room(found)
    try:
        yield found
    finally:
        await exchange.stop(found.context)
        await evidence.stop(found.context)


async def open_room(found: Room) -> None:
    """Register the room with its event type, and let the publisher publish."""
    await mediator.connected(found.context, ROOM)
    await mediator.connected(found.context, STRANGER.partition("/")[2])
    await rooms.register(found.context, by=mediator.BUILDER, address=ADDRESS, title="Civil registry")
    await rooms.add_event_type(
        found.context, by=mediator.BUILDER, address=ADDRESS, name=TYPE, schema_text=msgspec.json.encode(SCHEMA).decode()
    )
    await found.allow(PUBLISHER.partition("/")[2], Act.PUBLISH)


@pytest.fixture
async def room(databases: Databases, tmp_path: Path) -> AsyncIterator[Room]:
    """A mediator with a room on SQLite, and once more on PostgreSQL."""
    async with room_on(databases, tmp_path) as made:
        yield made


@pytest.fixture
async def room_on_sqlite(sqlite_databases: Databases, tmp_path: Path) -> AsyncIterator[Room]:
    """A mediator with a room on SQLite alone, for what does not reach the database."""
    async with room_on(sqlite_databases, tmp_path) as made:
        yield made


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
