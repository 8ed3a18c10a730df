"""Runs the command line as operators do: a process of its own, with an environment of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "govstack")
RUN_SECONDS_MAX = 60
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 40


def environment(**given: str) -> dict[str, str]:
    """Return an environment in which only the given settings are set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOVSTACK_", "PYTHON"))}  # noqa: TID251
    # Compiled once for all processes of a run: a start is most of what these tests do.
    # The code beside these tests is what runs, wherever else a package of this name may be installed.
    python = {
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(ROOT / ".run" / "bytecode"),
    }
    return {**kept, **python, **{f"GOVSTACK_{name}": value for name, value in given.items()}}


def govstack(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS_MAX,
        stdin=subprocess.DEVNULL,
    )


def value(answer: subprocess.CompletedProcess[str]) -> Any:
    """Return the one JSON value on standard output; fails when there is anything else."""
    return json.loads(answer.stdout)


def sentence(answer: subprocess.CompletedProcess[str]) -> str:
    """Return the last line on standard error, where a command says why it stopped."""
    lines = [line for line in answer.stderr.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Serving:
    """A serving process, what it has said, and a client for it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.said: list[str] = []
        self.logged: list[str] = []
        self._readers = [
            threading.Thread(target=_collect, args=(process.stderr, self.said), daemon=True),
            threading.Thread(target=_collect, args=(process.stdout, self.logged), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def await_ready(self, path: str = "/health/ready") -> None:
        """Return once the process is ready for requests."""
        latest = time.monotonic() + START_SECONDS_MAX
        with httpx.Client(base_url=self.base, trust_env=False) as client:
            while time.monotonic() < latest:
                assert self.process.poll() is None, "\n".join(self.said + self.logged)
                try:
                    if client.get(path).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise AssertionError("\n".join(self.said + self.logged))

    def await_said(self, words: str) -> None:
        """Return once the process has said something on standard error."""
        latest = time.monotonic() + START_SECONDS_MAX
        while not any(words in line for line in self.said):
            assert self.process.poll() is None, "\n".join(self.said)
            assert time.monotonic() < latest, "\n".join(self.said)
            time.sleep(0.05)

    def await_logged(self, words: str, *, lines: int) -> list[str]:
        """Return the log lines with some words once there are so many: who collects them comes a moment later."""
        latest = time.monotonic() + START_SECONDS_MAX
        while len(found := [line for line in self.logged if words in line]) < lines:
            assert time.monotonic() < latest, "\n".join(self.logged)
            time.sleep(0.05)
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask for an orderly stop and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS_MAX)
        for reader in self._readers:
            reader.join()
        return code


@contextmanager
def serving(*arguments: str, settings: Mapping[str, str]) -> Iterator[Serving]:
    """Start a serving command on a free port; it is ended with the block, whatever happened."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, *arguments, f"--port={port}"],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    running = Serving(process, port)
    try:
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _collect(stream: Any, lines: list[str]) -> None:
    try:
        lines.extend(line.rstrip("\n") for line in stream)
    except ValueError:  # closed meanwhile
        return
