"""What the benchmarks over HTTP share: a light client, servers in processes of their own, and turns for all sides.

All sides are measured in one run, each for half a second and then the next, so that a moment in which the machine is
busy with something else hits all of them. Beside each rate stands the processor time of the server for one call, which
such moments hardly change.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
import uvicorn

HOST = "127.0.0.1"
WARM_UP_SECONDS = 0.5
TURN_SECONDS = 0.5
START_SECONDS_MAX = 300.0
_END = b"0\r\n\r\n"


class Caller(asyncio.Protocol):
    """One connection that asks again as soon as it has its answer, until the time is over."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.seconds: list[float] = []
        self.failure = b""
        self.failures = 0
        self.over = asyncio.get_running_loop().create_future()
        self._requests, self._until, self._held = requests, until, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, body = self._held.partition(b"\r\n\r\n")
        if not found or not _is_whole(head.lower(), body):
            return
        now = time.perf_counter()
        self.seconds.append(now - self._asked)
        if not head.startswith(b"HTTP/1.1 200"):
            self.failures += 1
            self.failure = self._held[:500]
        if now > self._until:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _ask(self) -> None:
        self._held = b""
        self._asked = time.perf_counter()
        self._transport.write(next(self._requests))


def _is_whole(head: bytes, body: bytes) -> bool:
    _, stated, rest = head.partition(b"content-length: ")
    return len(body) >= int(rest.partition(b"\r\n")[0]) if stated else body.endswith(_END)


@dataclass
class Way:
    """One side of a comparison: where it is, what it is sent, and what was measured on it."""

    name: str
    port: int
    processes: Sequence[psutil.Process]
    requests: Iterator[bytes]
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    processor: float = 0.0
    failures: int = 0

    async def measure(self, *, connections: int, seconds: float) -> None:
        """Call for a while on some connections at once."""
        loop = asyncio.get_running_loop()
        before, started = self._used(), time.perf_counter()
        until = started + seconds
        callers = [
            (await loop.create_connection(lambda: Caller(self.requests, until), HOST, self.port))[1]
            for _ in range(connections)
        ]
        await asyncio.gather(*(caller.over for caller in callers))
        self.elapsed += time.perf_counter() - started
        self.processor += self._used() - before
        self.seconds += [second for caller in callers for second in caller.seconds]
        failed = [caller.failure for caller in callers if caller.failure]
        if failed and not self.failures:
            print(f"{self.name} refused: {failed[0].decode(errors='replace')}", file=sys.stderr)
        self.failures += sum(caller.failures for caller in callers)

    @property
    def rate(self) -> float:
        """Return calls a second."""
        return len(self.seconds) / self.elapsed

    @property
    def used(self) -> float:
        """Return the server's processor time for one call, in microseconds."""
        return self.processor / len(self.seconds) * 1e6

    def show(self) -> None:
        """Print what was measured."""
        taken = sorted(self.seconds)
        half, most = taken[len(taken) // 2] * 1000, taken[int(len(taken) * 0.99)] * 1000
        wrong = f"  {self.failures} FAILED" if self.failures else ""
        print(
            f"  {self.name:28} {self.rate:7.0f}/s  p50 {half:7.2f} ms  p99 {most:7.2f} ms"
            f"  {self.used:5.0f} µs CPU{wrong}"
        )

    def forget(self) -> None:
        """Start anew."""
        self.seconds, self.elapsed, self.processor, self.failures = [], 0.0, 0.0, 0

    def _used(self) -> float:
        times = [process.cpu_times() for process in self.processes]
        return sum(one.user + one.system for one in times)


async def in_turns(ways: Sequence[Way], *, connections: int, seconds: float) -> None:
    """Measure every way for some seconds in all, half a second at a time, and print the figures."""
    for way in ways:
        await way.measure(connections=connections, seconds=WARM_UP_SECONDS)
        way.forget()
    for _ in range(max(1, round(seconds / TURN_SECONDS))):
        for way in ways:
            await way.measure(connections=connections, seconds=TURN_SECONDS)
    for way in ways:
        way.show()


async def serve(application: Any, port: int, *, http: Any = "httptools") -> None:
    """Serve until this process is told to stop; several processes may share a port, as the product's workers do."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((HOST, port))
    config = uvicorn.Config(
        application,
        http=http,
        lifespan="off",
        log_level="warning",
        access_log=False,
        ws="none",
        proxy_headers=False,
        server_header=False,
    )
    server = _Server(config)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
    # As `govstack serve` does: what a start has made is not looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that does not end the process by itself, so that what was opened for it is closed after it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def role(
    module: str, name: str, *arguments: str, says: bool = False, port: int = 0
) -> AsyncIterator[tuple[Any, ...]]:
    """Run a benchmark's module in a role; gives its port, its process, and the first line it prints, if it says one."""
    port = port or free_port()
    command = [sys.executable, "-m", module, "--role", name, "--port", str(port), *arguments]
    async with program(command, port, says=says) as (process, line):
        yield port, process, line


@asynccontextmanager
async def program(command: Sequence[str], port: int, *, says: bool = False) -> AsyncIterator[tuple[Any, ...]]:
    """Run a program that listens on a port; gives its process once it answers, and the first line, if it says one."""
    output = subprocess.PIPE if says else subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=output)
    try:
        line = ""
        if says and process.stdout is not None:
            line = (await process.stdout.readline()).decode().strip()
        async with asyncio.timeout(START_SECONDS_MAX):
            await _listening(process, port)
        yield psutil.Process(process.pid), line
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    while True:
        if process.returncode is not None:
            raise SystemExit(f"A server ended before it answered, with code {process.returncode}.")
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
