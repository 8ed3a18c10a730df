"""A messaging block with a sender, ways to send as clients do, and the jobs it runs, for tests."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest

from govstack.blocks.messaging.manifest import MANIFEST
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.model import Wish
from govstack.blocks.messaging.senders.service import Made
from govstack.kernel import events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row
from govstack.kernel.events import InProcessBus
from govstack.kernel.job_runner import JobRunner
from tests.builders.running import Bench, bench
from tests.databases import Databases

BUILDER = Actor.system("test builder")
SENDER_EMAIL = "clinic@health.example.org"
STATUSES = ("scheduled", "processing", "deferred", "bounced", "notSent", "delivered")
PUBLISHED_KEY = "abcdef12345"


def messaging(database: object, **settings: str) -> Bench:
    """Run messaging on a migrated database."""
    return bench(MANIFEST, database, **settings)  # type: ignore[arg-type]


@asynccontextmanager
async def messaging_on(databases: Databases, *, synchronous: str = "OFF", **settings: str) -> AsyncIterator[Bench]:
    """Run messaging on a database of its own."""
    database = await databases.migrated(MANIFEST.name, MANIFEST.root / "migrations", synchronous=synchronous)
    made = messaging(database, **settings)
    yield made
    assert MANIFEST.stop is not None
    await MANIFEST.stop(made.context)


@pytest.fixture
async def running(databases: Databases) -> AsyncIterator[Bench]:
    """Messaging on SQLite, and once more on PostgreSQL."""
    async with messaging_on(databases) as made:
        yield made


@pytest.fixture
async def on_sqlite(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    """Messaging on SQLite alone, for what does not reach the database."""
    async with messaging_on(sqlite_databases) as made:
        yield made


@pytest.fixture
async def conforming(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    """Messaging in the conformance profile with the published records."""
    async with messaging_on(sqlite_databases, PROFILE="conformance") as made:
        assert MANIFEST.conformance_seed is not None
        await MANIFEST.conformance_seed(made.context)
        yield made


def wish(**changed: Any) -> Wish:
    """Return what is registered about a sender."""
    known: dict[str, Any] = {
        "organisation_name": "Valley Clinic", "organisation_reg_nr": "GOV1", "on_behalf_of_name": "Ministry of Health",
        "on_behalf_of_reg_nr": "GOV2", "email": SENDER_EMAIL, "reply_to": "answers@health.example.org",
        "callback_hosts": "clinic.example.org", "per_second": 10_000,
    }  # fmt: skip
    return Wish(**{**known, **changed})


async def registered(context: Context, **changed: Any) -> Made:
    """Register a sender and return it with its key."""
    return await senders.register(context, by=BUILDER, wish=wish(**changed))


def single(email: str = "ada@people.example.org", **changed: Any) -> dict[str, Any]:
    """Return a message to one person as the API takes it."""
    return {
        "recipientInfo": {"email": email, "name": "Ada"},
        "emailContent": {"encoding": "UTF-8", "title": "Your appointment", "content": "It is on Monday."},
        **changed,
    }


def batch(*emails: str, **changed: Any) -> dict[str, Any]:
    """Return a message to many as the API takes it."""
    return single(recipientInfo=listed(*({"recipientInfo": {"email": email}} for email in emails)), **changed)


def listed(*entries: Any) -> dict[str, str]:
    """Return recipients of a batch as they are sent."""
    return {"batchEmailAsBase64": base64.b64encode(msgspec.json.encode(entries)).decode()}


NUMBER = "+447700900123"


def text(number: str = NUMBER, content: str = "It is on Monday.", **changed: Any) -> dict[str, Any]:
    """Return a text to one phone as the API takes it."""
    return {"recipientInfo": {"recipient": number}, "smsContent": {"content": content}, **changed}


def texts(*numbers: str, **changed: Any) -> dict[str, Any]:
    """Return a text to many as the API takes it."""
    entries = [{"recipientInfo": {"recipient": number}} for number in numbers]
    encoded = base64.b64encode(msgspec.json.encode(entries)).decode()
    return text(**{"recipientInfo": {"batchSmsAsBase64": encoded}, **changed})


def notice(person: str = "ada", title: str = "Your pass is ready", **changed: Any) -> dict[str, Any]:
    """Return a message to a person as the API takes it."""
    content = {"title": title, "content": "Fetch it at\nthe town hall."}
    return {"recipientInfo": {"recipient": person}, "inAppContent": content, **changed}


def notices(*people: str) -> dict[str, Any]:
    """Return a message to many people as the API takes it."""
    entries = msgspec.json.encode([{"recipientInfo": {"recipient": person}} for person in people])
    return notice(recipientInfo={"batchInAppAsBase64": base64.b64encode(entries).decode()})


def client(running: Bench, key: str = "") -> httpx.AsyncClient:
    """Return a client that sends a key."""
    return running.client(**({"apiKey": key} if key else {}))


async def sent(
    running: Bench, key: str, body: dict[str, Any], *, way: str = "single", lane: str = "", by: str = "email"
) -> str:
    """Send and return the id of the request."""
    async with client(running, key) as caller:
        answer = await caller.post(f"/v1{lane}/send/{by}/{way}", json=body)
        assert answer.status_code == 200, answer.text
        uid: str = answer.json()["requestUid"]
        return uid


async def counts(running: Bench, key: str, uid: str, *, by: str = "email") -> dict[str, int]:
    """Return how the messages of a request stand, without the zeros."""
    async with client(running, key) as caller:
        answer = await caller.get(
            f"/v1/status/{by}", params={"status": ",".join(STATUSES)}, headers={"requestUid": uid}
        )
        assert answer.status_code == 200, answer.text
        return {name: number for name, number in answer.json().items() if number}


async def work(context: Context) -> None:
    """Run the jobs that are due, emergencies and events too."""
    handlers: dict[str, Any] = {kind: partial(task.handler, context) for kind, task in MANIFEST.tasks.items()}
    policies = {kind: task.policy for kind, task in MANIFEST.tasks.items()}
    await JobRunner(context.database, {**handlers, events.OUTBOX: events.relay(InProcessBus())}, policies).run_due()


async def rows(context: Context, sql: str) -> list[Row]:
    """Return rows of the database."""
    async with context.database.reading() as tx:
        return await tx.fetch(sql)
