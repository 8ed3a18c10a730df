"""A small cluster on one machine, without containers: several processes of each block on PostgreSQL and NATS, one port.

Processes that die are started again, as an orchestrator does; one that never gets ready is given up, and all stop.
Ctrl-C stops them; the data stays in PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from balance import Balancer
from govstack.host import compose
from govstack.host.server import listening
from govstack.host.workers import UNFIT
from govstack.kernel import ids
from govstack.kernel.settings import SettingsError

FOLDER = Path(".run/cluster")
POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"
NATS = "nats://127.0.0.1:4222"
TWICE = ("mediator", "registries")
FIRST = "identity"
START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 35.0
RESTART_SECONDS = 1.0
TRIES_MAX = 3


class Front(uvicorn.Server):
    """The port before the cluster; signals are the cluster's business."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@dataclass
class Member:
    """One process of the cluster."""

    role: str
    port: int
    process: asyncio.subprocess.Process | None = None
    was_ready: bool = False
    tries: int = 0
    trouble: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def facts(self) -> dict[str, object]:
        return {"role": self.role, "url": self.origin, "pid": self.process.pid if self.process else None}


class Cluster:
    """The processes, and the environment they share."""

    def __init__(self, members: Sequence[Member], settings: Mapping[str, str], folder: Path) -> None:
        self.members = list(members)
        self._folder = folder
        self._environment = {**os.environ, **{f"GOVSTACK_{name}": value for name, value in settings.items()}}  # noqa: TID251
        self._stopping = asyncio.Event()
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the blocks at once, then the pillars, which fill the blocks with the demo country."""
        blocks = {manifest.name for manifest in compose.packages() if manifest.kind == "block"}
        for wave in ([one for one in self.members if (one.role in blocks) is is_block] for is_block in (True, False)):
            self._keepers += [asyncio.create_task(self._keep(member)) for member in wave]
            await asyncio.gather(*(self._ready(member) for member in wave))

    async def stop(self) -> None:
        """Let every process end in order."""
        self._stopping.set()
        await asyncio.gather(*self._keepers)

    async def _keep(self, member: Member) -> None:
        """Keep a member running until the cluster stops, or until it has failed to get ready a few times."""
        file = self._folder / f"{member.role}-{member.port}.log"
        while not self._stopping.is_set():
            with file.open("ab") as log:
                member.process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-m", "govstack", "serve", member.role, f"--port={member.port}"),
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            ended = asyncio.create_task(member.process.wait())
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                member.process.send_signal(signal.SIGTERM)
                await asyncio.wait((ended,), timeout=STOP_SECONDS_MAX)
                if not ended.done():
                    member.process.kill()
            code = await ended
            stopping.cancel()
            if self._stopping.is_set():
                return
            reason = (code > 0 and _last_sentence(file)) or f"It ended with {code}."
            member.tries += 1
            if not member.was_ready and (code == UNFIT or member.tries == TRIES_MAX):
                member.trouble = f"{member.role} does not start: {reason} Its log is {file}."
                return
            _say(f"{member.role} on port {member.port} has ended; starting it again. {reason}")
            await asyncio.sleep(RESTART_SECONDS)

    async def _ready(self, member: Member) -> None:
        async with asyncio.timeout(START_SECONDS_MAX):
            while await _status(member) != 200:
                if member.trouble:
                    raise SettingsError(member.trouble)
                await asyncio.sleep(0.1)
        member.was_ready = True


def _last_sentence(file: Path) -> str:
    """Return the last line in which a process has spoken to people: what it logs is JSON."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip() and not line.startswith("{")), "")


async def _status(member: Member) -> int:
    """Return the status of a member's readiness, 0 when it does not answer."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", member.port)
        writer.write(b"GET /health/ready HTTP/1.1\r\nHost: cluster\r\nConnection: close\r\n\r\n")
        line = await reader.readline()
        writer.close()
        return int(line.split()[1]) if line else 0
    except (OSError, IndexError, ValueError):
        return 0


def _members(arguments: argparse.Namespace) -> list[Member]:
    roles = [manifest.name for manifest in compose.packages() if not arguments.only or manifest.name in arguments.only]
    wanted = [role for role in roles for _ in range(arguments.copies if role in TWICE else 1)]
    if arguments.first_port:
        return [Member(role, arguments.first_port + number) for number, role in enumerate(wanted)]
    return [Member(role, _free_port()) for role in wanted]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _secret(folder: Path) -> str:
    """Return the secret the processes share: the data in PostgreSQL depends on it, so it is kept."""
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(ids.new_secret(48), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def _settings(arguments: argparse.Namespace) -> dict[str, str]:
    given = os.environ  # noqa: TID251 (a tool, which hands its own environment on)
    public_url = f"http://127.0.0.1:{arguments.port}"
    return {
        "PROFILE": "sandbox",
        "HOST": "127.0.0.1",
        "PUBLIC_URL": public_url,
        "SECRET": given.get("GOVSTACK_SECRET") or _secret(arguments.folder),
        "DATA_DIR": str(arguments.folder),
        "DATABASE_URL": given.get("GOVSTACK_DATABASE_URL") or given.get("GOVSTACK_TEST_POSTGRES") or POSTGRES,
        "DATABASE_SCHEMA_PREFIX": arguments.prefix,
        "NATS_URL": given.get("GOVSTACK_NATS_URL") or given.get("GOVSTACK_TEST_NATS") or NATS,
        "RATE_PER_SECOND": "0",
        "PEOPLE": str(arguments.people),
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _report(cluster: Cluster, public_url: str, folder: Path, *, as_json: bool) -> None:
    facts = [member.facts() for member in cluster.members]
    if as_json:
        print(json.dumps({"url": public_url, "members": facts}), flush=True)
        return
    print(f"\nThe cluster is ready: {public_url}\n")
    for one in facts:
        print(f"  {one['role']:<12} {one['url']}  process {one['pid']}")
    print(
        f"\nOpen {public_url}/sandbox/ and walk the first journey. Each process may be killed (kill -9 and its number):"
    )
    print("the others go on, and it is started again. Ctrl-C stops them all.")
    print(f"Logs are in {folder}.", flush=True)


async def run(arguments: argparse.Namespace) -> None:
    """Run the cluster until a signal comes."""
    arguments.folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(arguments)
    cluster = Cluster(_members(arguments), settings, arguments.folder)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    groups: dict[str, list[str]] = {}
    for member in cluster.members:
        groups.setdefault(member.role, []).append(member.origin)
    home = FIRST if FIRST in groups else next(iter(groups))
    balancer = Balancer(groups, home=home)
    counted = ", ".join(f"{len(origins)} x {role}" for role, origins in groups.items())
    _say(
        f"Starting {counted} on PostgreSQL and NATS; the first time the demo country is made, half a minute or more ..."
    )
    front = Front(uvicorn.Config(balancer, log_config=None, access_log=False))
    try:
        door = listening("127.0.0.1", arguments.port)
    except SettingsError as error:
        raise SettingsError(f"Port {arguments.port} is in use. Choose another: make cluster PORT=8001") from error
    serving = asyncio.create_task(front.serve(sockets=[door]))
    starting = asyncio.create_task(cluster.start())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((starting, serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            _report(cluster, settings["PUBLIC_URL"], arguments.folder, as_json=arguments.json)
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        starting.cancel()
        _say("Stopping ...")
        await cluster.stop()
        front.should_exit = True
        await serving
        _say(
            "Stopped. The data stays in PostgreSQL, in the schemas"
            f" {arguments.prefix}…, for the next time. PostgreSQL and NATS go on."
        )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000, help="the one port before all (8000)")
    parser.add_argument(
        "--first-port", type=int, default=0, help="first port of the processes; any free ones if not given"
    )
    parser.add_argument("--copies", type=int, default=2, help="processes of each block that runs more than once (2)")
    parser.add_argument("--people", type=int, default=1_000, help="invented people of the demo country (1000)")
    parser.add_argument("--only", nargs="*", default=[], help="blocks and pillars to run (all)")
    parser.add_argument("--prefix", default="cluster_", help="put before schemas and the stream (cluster_)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the shared secret is kept (.run/cluster)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON once all are ready")
    try:
        asyncio.run(run(parser.parse_args()))
    except (SettingsError, TimeoutError) as error:
        sys.exit(str(error) or "A process did not get ready in time: see its log.")


if __name__ == "__main__":
    main()
