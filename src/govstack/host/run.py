"""Runs composed packages in one process: databases, tasks, events, and an orderly start and stop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from govstack.host import secrets
from govstack.host.compose import Root, Running, Wiring, assemble, packages
from govstack.host.home import Home
from govstack.kernel import databases, events, health, log
from govstack.kernel.db import Database
from govstack.kernel.errors import Unavailable
from govstack.kernel.events import Bus, InProcessBus, NatsBus
from govstack.kernel.job_runner import JobRunner
from govstack.kernel.jobs import Handler, Schedule
from govstack.kernel.manifest import Manifest
from govstack.kernel.mediation import Network
from govstack.kernel.migrations import migrate
from govstack.kernel.settings import Settings, SettingsError, check_production

STOP_SECONDS = 20.0
REMEDIES = {
    "postgres": "Check its address and that it runs.",
    "sqlite": "Check that its folder may be written and that its disk has room.",
}

Progress = Callable[[str], None]


@dataclass
class Process:
    """Everything that runs in one process. A `renewable` one may be asked by its packages to begin `afresh`."""

    settings: Settings
    manifests: Sequence[Manifest]
    base_url: str
    running: list[Running] = field(default_factory=list)
    network: Network = field(default_factory=Network)
    root: Any = None
    renewable: bool = False
    afresh: bool = False
    end: Callable[[], None] = lambda: None
    _runners: list[JobRunner] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: list[asyncio.Task[None]] = field(default_factory=list)
    _bus: Bus | None = None

    async def open(self, *, progress: Progress = lambda _: None) -> None:
        """Open and migrate every database and compose the packages; nothing is listening or working yet."""
        settings = self.settings
        if settings.profile == "production":
            check_production(settings)
        secret = secrets.master_secret(settings)
        proofs = secrets.credentials(settings, secret)
        wiring = Wiring(settings, self.network, secret, self.base_url, proofs, settings.text("SECRET_PREVIOUS"))
        if any(manifest.name == "identity" for manifest in self.manifests) and not settings.text("IDENTITY_CLIENTS"):
            clients = secrets.bootstrap_clients(packages(), proofs, wiring.mounted_url)
            settings = settings.changed(IDENTITY_CLIENTS=clients)
            wiring = Wiring(settings, self.network, secret, self.base_url, proofs, settings.text("SECRET_PREVIOUS"))
        for manifest in self.manifests:
            progress(manifest.name)
            database = open_database(settings, manifest)
            await bring_up_to_date(database, manifest)
            self.running.append(assemble(manifest, wiring, database))
        mounted = {one.manifest.name: one.application for one in self.running}
        home = Home(self.running, profile=settings.profile)
        alone = settings.profile == "conformance" and len(self.running) == 1
        # Alone at the root it is nowhere else: a path of its API may begin with its own name.
        self.root = Root({}, self.running[0].application) if alone else Root(mounted, home)
        for address in self._own_addresses(wiring):
            self.network.serve_locally(address, self.root)
        for one in self.running:
            if self.renewable:
                one.context.memory[health.BEGIN_AFRESH] = self.begin_afresh
            if one.manifest.start is not None:
                await one.manifest.start(one.context)

    def _own_addresses(self, wiring: Wiring) -> list[str]:
        """Return what is answered here: the whole origin, or these packages when other processes share a public one."""
        shared = bool(self.settings.text("PUBLIC_URL")) and len(self.running) < len(packages())
        return [wiring.mounted_url(one.manifest.name) for one in self.running] if shared else [self.base_url]

    async def work(self) -> None:
        """Begin the durable work: jobs, schedules, events; a second call finds it begun."""
        if self._bus is not None:
            return
        self._bus = await connect_bus(self.settings) if self.settings.text("NATS_URL") else InProcessBus()
        for one in self.running:
            await self._bus.subscribe(one.context.database, one.manifest.subscriptions)
        # Only now may outboxes be emptied: an event relayed before its hearer subscribed would be lost to it.
        for one in self.running:
            self._begin(one, self._bus)

    def begin_afresh(self) -> None:
        """Ask for an orderly end, after which whoever started this process empties its databases and starts again."""
        self.afresh = True
        self.end()

    def wind_down(self) -> None:
        """Count as not ready and take up no more durable work, while requests that came before are still answered."""
        for one in self.running:
            one.context.memory[health.STOPPING] = True
        if not self._stopping:
            self._stopping = [asyncio.create_task(runner.stop(STOP_SECONDS)) for runner in self._runners]

    async def close(self) -> None:
        """Stop in order: no new requests count as ready, tasks drain, hooks run, databases close."""
        self.wind_down()
        await asyncio.gather(*self._stopping)
        if self._bus is not None:
            await self._bus.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in reversed(self.running):
            if one.manifest.stop is not None:
                await one.manifest.stop(one.context)
        await self.network.close()
        for one in self.running:
            await one.context.database.close()

    def _begin(self, one: Running, bus: Bus) -> None:
        context, manifest = one.context, one.manifest
        handlers: dict[str, Handler] = {kind: partial(task.handler, context) for kind, task in manifest.tasks.items()}
        policies = {kind: task.policy for kind, task in manifest.tasks.items()}
        schedules = [
            Schedule(kind, timedelta(seconds=task.every_seconds))
            for kind, task in manifest.tasks.items()
            if task.every_seconds is not None
        ]
        handlers[events.OUTBOX] = events.relay(bus)
        policies[events.OUTBOX] = events.RELAY_POLICY
        for event_type, heard in manifest.subscriptions.items():
            handlers[events.subscription(event_type)] = partial(heard, context)
        urgent = {kind: handlers.pop(kind) for kind, task in manifest.tasks.items() if task.urgent}
        name = manifest.name
        runners = {name: JobRunner(context.database, handlers, policies, schedules=schedules, name=name)}
        if urgent:
            name = f"{name}-urgent"
            runners[name] = JobRunner(context.database, urgent, policies, name=name)
        for name, runner in runners.items():
            self._runners.append(runner)
            self._tasks.append(asyncio.create_task(runner.run(), name=f"jobs of {name}"))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve requests, and the server's lifespan."""
        if scope["type"] == "http":
            await self.root(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            if not self.running:
                await self.open()
            await self.work()
        except Exception as error:  # noqa: BLE001 (the server must say that the start failed)
            log.logger("host").error("start.failed", error=type(error).__name__, at=log.place(error))
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})


def way_out(settings: Settings) -> Network:
    """Return the way out of this process; raises SettingsError when the authorities it shall trust cannot be read."""
    authorities = settings.text("TLS_AUTHORITIES")
    if not authorities:
        return Network()
    trusted = ssl.create_default_context()
    trusted.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        trusted.load_verify_locations(authorities)
    except OSError as error:
        raise SettingsError(
            "GOVSTACK_TLS_AUTHORITIES names a file that is missing or holds no certificates."
        ) from error
    return Network(tls=lambda: trusted)


async def connect_bus(settings: Settings, *, provide: bool = True) -> NatsBus:
    """Connect to this instance's stream of events and provide it; raises Unavailable that says what to check."""
    try:
        return await NatsBus.connect(settings.text("NATS_URL"), stream=stream(settings), provide=provide)
    except Unavailable as error:
        raise Unavailable("NATS with JetStream does not answer. Check GOVSTACK_NATS_URL and that it runs.") from error


def stream(settings: Settings) -> str:
    """Return the name of this instance's stream of events: instances that share servers differ by their prefix."""
    return settings.text("DATABASE_SCHEMA_PREFIX") + events.STREAM


async def bring_up_to_date(database: Database, manifest: Manifest) -> list[str]:
    """Apply the migrations that a package's database lacks; raises Unavailable that says which cannot be reached."""
    try:
        return await migrate(database, manifest.root / "migrations")
    except Unavailable as error:
        raise Unavailable(f"The database of {manifest.name} cannot be reached. {REMEDIES[database.dialect]}") from error


def open_database(settings: Settings, manifest: Manifest) -> Database:
    """Open the database of a package as the settings say; raises SettingsError for an address of no known kind."""
    try:
        return databases.open_database(
            settings.database_url(manifest.name),
            manifest.name,
            pool_size=settings.number("DATABASE_POOL_SIZE"),
            synchronous=settings.text("SQLITE_SYNCHRONOUS"),
            schema_prefix=settings.text("DATABASE_SCHEMA_PREFIX"),
        )
    except ValueError as error:
        raise SettingsError(f"The database settings of {manifest.name} cannot be used: {error}") from error
