"""Several processes on one port: a dead or hanging one is replaced, a stop drains all, none outlives the parent."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from govstack.host import workers
from govstack.kernel.errors import Unavailable
from tests.host.commands import START_SECONDS_MAX, Serving, free_port, govstack, sentence, serving

WORKERS = 2
CLIENTS = 4


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Serving]:
    """Two workers that serve the identity block."""
    settings = {"DATA_DIR": str(tmp_path), "RATE_PER_SECOND": "0"}
    with serving("serve", "identity", f"--workers={WORKERS}", settings=settings) as running:
        running.await_said("GovStack is ready")
        yield running


def worker_ids(running: Serving) -> set[int]:
    """Return the process ids of the workers."""
    return {child.pid for child in psutil.Process(running.process.pid).children()}


def await_gone(process_ids: set[int]) -> None:
    """Return once none of the processes is there any more."""
    latest = time.monotonic() + START_SECONDS_MAX
    while any(psutil.pid_exists(number) for number in process_ids):
        assert time.monotonic() < latest
        time.sleep(0.05)


def await_serving(running: Serving, times: int) -> None:
    """Return once workers have begun to serve so many times."""
    latest = time.monotonic() + START_SECONDS_MAX
    while sum("worker.serving" in line for line in running.logged) < times:
        assert time.monotonic() < latest, "\n".join(running.logged)
        time.sleep(0.05)


class Load:
    """Clients that ask one after the other and note what they got."""

    def __init__(self, base: str) -> None:
        self.answered = 0
        self.broken: list[str] = []
        self.odd: list[int] = []
        self._base = base
        self._stop = threading.Event()
        self._clients = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        for client in self._clients:
            client.start()

    def _ask(self) -> None:
        client = httpx.Client(base_url=self._base, trust_env=False, timeout=20)
        while not self._stop.is_set():
            try:
                answer = client.get("/identity/healthcheck")
            except httpx.TransportError as error:
                self.broken.append(type(error).__name__)
                continue
            self.answered += 1
            if answer.status_code != 200:
                self.odd.append(answer.status_code)
        client.close()

    def end(self) -> None:
        """Stop asking."""
        self._stop.set()
        for client in self._clients:
            client.join()


@pytest.mark.slow
@pytest.mark.requirement("CFR-deployment-9", "CFR-architecture-12")
def test_a_killed_worker_costs_only_what_it_had_under_way_and_is_replaced(pair: Serving) -> None:
    before = worker_ids(pair)
    victim = min(before)
    load = Load(pair.base)
    time.sleep(1.0)
    os.kill(victim, signal.SIGKILL)
    await_serving(pair, WORKERS + 1)
    time.sleep(0.5)
    load.end()
    after = worker_ids(pair)

    assert len(before) == len(after) == WORKERS
    assert victim not in after
    assert load.odd == []
    # Each client has one request under way at most, and one kept connection that it may find closed.
    assert len(load.broken) <= CLIENTS
    assert load.answered > 50


@pytest.mark.requirement("CFR-deployment-10")
def test_a_stop_ends_every_worker_and_counts_as_a_success(pair: Serving) -> None:
    children = worker_ids(pair)
    code = pair.stop()

    assert code == 0
    assert not any(psutil.pid_exists(number) for number in children)
    assert not [line for line in pair.said + pair.logged if "Traceback" in line]


def test_workers_end_when_their_parent_is_killed(pair: Serving) -> None:
    children = worker_ids(pair)
    pair.process.kill()
    pair.process.wait()

    await_gone(children)


@pytest.mark.slow
def test_a_worker_that_hangs_is_replaced(pair: Serving) -> None:
    before = worker_ids(pair)
    victim = min(before)
    os.kill(victim, signal.SIGSTOP)

    await_serving(pair, WORKERS + 1)

    assert any("worker.silent" in line for line in pair.logged)
    assert victim not in worker_ids(pair)


async def test_workers_load_their_code_while_the_parent_prepares_and_wait_for_its_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        seen: list[int] = []
        held = asyncio.Event()
        # A process that other tests started may run beside this one.
        others = {child.pid for child in psutil.Process().children()}

        async def prepare() -> None:
            # All are there before anything is prepared, and none serves before all is.
            while len(seen) < WORKERS:
                mine = [child for child in psutil.Process().children() if child.pid not in others]
                seen[:] = [child.pid for child in mine if "govstack" in child.cmdline()]
                await asyncio.sleep(0.05)
            held.set()
            raise Unavailable("The database is away.")

        parent = workers.Supervisor(["identity"], door, count=WORKERS, prepare=prepare, on_ready=lambda: None)
        with pytest.raises(Unavailable):
            await parent.run()

    assert held.is_set()
    assert not any(psutil.pid_exists(number) for number in seen)


@pytest.mark.parametrize("word", [workers.GO_AHEAD, b""])
async def test_a_worker_goes_ahead_on_its_parents_word_and_not_without_it(word: bytes) -> None:
    ours, theirs = socket.socketpair()
    end = workers.Lifeline(theirs.detach())
    ours.sendall(word)
    ours.close()

    told = await end.wait()
    end._end.close()

    assert told == bool(word)


def test_what_keeps_the_parent_from_preparing_is_said_once(tmp_path: Path) -> None:
    answer = govstack(
        "serve", "identity", "--workers=2", DATA_DIR=str(tmp_path), PORT=str(free_port()),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )  # fmt: skip

    assert answer.returncode == 1
    assert [line for line in answer.stderr.splitlines() if "cannot be reached" in line] == [sentence(answer)]


def test_workers_that_cannot_start_are_not_tried_for_ever(tmp_path: Path) -> None:
    answer = govstack(
        "serve", "identity", "--workers=2", DATA_DIR=str(tmp_path), PORT=str(free_port()), NATS_URL="nats://127.0.0.1:1"
    )

    assert answer.returncode == 1
    assert "NATS" in sentence(answer)
