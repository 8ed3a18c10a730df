"""The cluster on one machine says what it does, why it cannot, and leaves no process behind."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from tests.host.commands import ROOT, environment, free_port, sentence
from tests.shelf import new_prefix

AWAY = "postgresql://nobody@127.0.0.1:1/none"
SECONDS_MAX = 60


def cluster(folder: Path, port: int, **settings: str) -> subprocess.Popen[str]:
    """Start the tool for one block."""
    command = [sys.executable, "tools/cluster.py", f"--port={port}", f"--prefix={new_prefix()}", f"--folder={folder}"]
    return subprocess.Popen(
        [*command, "--only", "identity"],
        cwd=ROOT, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """Return what a process has said when it is over."""
    said, complained = process.communicate(timeout=SECONDS_MAX)
    return subprocess.CompletedProcess(process.args, process.returncode, said, complained)


def test_what_cannot_start_is_given_up_with_the_reason(tmp_path: Path) -> None:
    answer = ended(cluster(tmp_path, free_port(), DATABASE_URL=AWAY))

    assert answer.returncode == 1
    assert answer.stderr.startswith("Starting 1 x identity on PostgreSQL and NATS")
    assert sentence(answer).startswith("identity does not start: The database of identity cannot be reached.")
    assert "Its log is " in sentence(answer)


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = ended(cluster(tmp_path, port))

    assert answer.returncode == 1
    assert sentence(answer) == f"Port {port} is in use. Choose another: make cluster PORT=8001"


def test_an_interrupted_start_leaves_no_process_behind(tmp_path: Path) -> None:
    process = cluster(tmp_path, free_port(), DATABASE_URL=AWAY)
    assert process.stderr is not None
    process.stderr.readline()
    while not (members := psutil.Process(process.pid).children()):
        pass
    process.send_signal(signal.SIGINT)
    answer = ended(process)

    assert answer.returncode == 0
    assert "Stopped." in sentence(answer)
    assert not any(one.is_running() for one in members)
