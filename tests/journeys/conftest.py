"""The whole product in a process of its own, on a free port and an empty folder, as a newcomer starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

START_SECONDS_MAX = 90
PEOPLE = 60


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a seeded sandbox; it is stopped in order at the end."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - the tests start the product as a shell does
        if not name.startswith("GOVSTACK_")
    }
    environment.update(GOVSTACK_DATA_DIR=str(folder), GOVSTACK_SQLITE_SYNCHRONOUS="OFF", GOVSTACK_LOG_LEVEL="WARNING")
    command = [sys.executable, "-m", "govstack.cli", "up", "--port", str(port), "--people", str(PEOPLE)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait(f"http://127.0.0.1:{port}/healthcheck", process, folder / "output")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The sandbox did not start:\n{output.read_text('utf-8')[-3000:]}")
