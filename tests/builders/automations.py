"""Builders for automations: definitions, runs without waiting for the clock, and a receiver on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvicorn

from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.model import (
    Definition,
    Item,
    Operation,
    Target,
    TargetKind,
    Trigger,
    TriggerKind,
)
from govstack.blocks.registries.automations.service import Saved
from govstack.blocks.registries.automations.store import SQL
from govstack.blocks.registries.conditions.model import Condition
from govstack.blocks.registries.conditions.model import read as condition_of
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.mappings.model import Rule
from govstack.blocks.registries.mappings.model import read as rules_of
from govstack.blocks.registries.performing.tasks import LOOK
from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.job_runner import JobRunner

OWNER = Actor(
    "person", "olga", "Olga Owner", scopes=frozenset({"registries:administer", "registries:analyse"}),
    attributes={"institution": "Ministry"},
)  # fmt: skip
EVERY_HOUR = Trigger(TriggerKind.TIMER, minutes=60)
ON_CHANGE = Trigger(TriggerKind.CHANGE)
BY_HOOK = Trigger(TriggerKind.WEBHOOK)
COPY = ({"from": "Code", "to": "Code"}, {"from": "Name", "to": "Name"})


def rules(*given: dict[str, Any]) -> tuple[Rule, ...]:
    """The rules of a mapping."""
    return rules_of(list(given))


def where(**given: Any) -> Condition:
    """A comparison of one field."""
    (name, value), *_ = given.items()
    return condition_of({"field": name, "operator": "eq", "value": value})


def into(registry: Registry, operation: str = "upsert", *match: str) -> Target:
    """A registry as the target."""
    found = ("Code",) if not match and operation != "create" else match
    return Target(TargetKind.REGISTRY, registry.code, Operation(operation), found)


def definition(trigger: Trigger, target: Target, *mapping: dict[str, Any], **rest: Any) -> Definition:
    """A definition that copies code and name unless it maps otherwise."""
    return Definition("Pass on", trigger, target, rules(*(mapping or COPY)), **rest)


async def put(
    context: Context, registry: Registry, given: Definition, *, name: str = "pass-on", by: Actor = OWNER
) -> Saved:
    """An automation that was saved and is on."""
    return await automations.put(context, by=by, code=registry.code, name=name, definition=given)


async def start(context: Context, registry: Registry, name: str = "pass-on") -> None:
    """Ask for a run now."""
    await automations.start(context, by=OWNER, code=registry.code, name=name)


async def work(context: Context) -> None:
    """Let automations do what they have to do now, as the host would, until nothing is left."""
    for _ in range(12):
        handlers = {kind: _bound(context, task.handler) for kind, task in MANIFEST.tasks.items()}
        async with context.database.transaction() as tx:
            await jobs.enqueue(tx, LOOK, {}, key="look")
        await JobRunner(context.database, handlers).run_due()
        async with context.database.reading() as tx:
            if not await SQL.due(tx, now=clock.timestamp(), limit=10):
                return


def _bound(context: Context, handler: Any) -> Any:
    async def handle(job: Any) -> None:
        await handler(context, job)

    return handle


async def results(context: Context, registry: Registry, name: str = "pass-on") -> list[Item]:
    """What became of records, oldest first."""
    found, _ = await automations.results(context, by=OWNER, code=registry.code, name=name, size=500)
    return found[::-1]


async def states(context: Context, registry: Registry, name: str = "pass-on") -> list[str]:
    """The states of records, oldest first."""
    return [one.state.value for one in await results(context, registry, name)]


@dataclass
class Receiver:
    """A machine outside: keeps what it is sent, and answers what it is told to."""

    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    answer: object = field(default_factory=dict)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.got.append(({**headers, ":path": scope["path"], ":method": scope["method"]}, body))
        content = msgspec.json.encode(self.answer)
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that listens on loopback."""
    one = Receiver()
    server = uvicorn.Server(uvicorn.Config(one, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    one.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.should_exit = True
        await task
