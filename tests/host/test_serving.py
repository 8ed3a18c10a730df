"""A serving process as operators and orchestrators see it: start, health, documents, stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.builders.records import CALLER
from tests.host.commands import Serving, govstack, sentence, serving

SECOND_START_SECONDS_MAX = 15
FORM = b"grant_type=client_credentials&scope=nothing"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One process with the identity block alone, which the tests of this file share."""
    with serving("serve", "identity", settings={"DATA_DIR": str(tmp_path_factory.mktemp("data"))}) as running:
        running.await_ready()
        yield running


def ask(running: Serving, path: str, **headers: str) -> httpx.Response:
    """Ask a running process."""
    return httpx.get(running.base + path, headers=headers, trust_env=False)


def half_sent(running: Serving) -> socket.socket:
    """Return a connection on which a request for a token stands half sent."""
    connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
    head = f"POST /identity/oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: {len(FORM)}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Basic bm9ib2R5Om5vdGhpbmc=\r\n\r\n"
    connection.sendall(head.encode() + FORM[:10])
    return connection


def newcomer(running: Serving) -> bool:
    """Tell whether a new connection is refused."""
    try:
        socket.create_connection(("127.0.0.1", running.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.requirement("X252", "CFR-architecture-15")
def test_a_process_tells_its_health_at_the_root_and_for_each_package(identity: Serving) -> None:
    paths = ("/healthcheck", "/health/ready", "/health/live", "/identity/healthcheck", "/identity/health/ready")

    assert {path: ask(identity, path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert ask(identity, "/health/live").json() == {"process": "ok"}


@pytest.mark.requirement("X024", "X045")
def test_the_root_links_the_documents_of_each_package(identity: Serving) -> None:
    (entry,) = ask(identity, "/", accept="application/json").json()["packages"]

    assert entry["name"] == "identity"
    assert ask(identity, entry["openapi"]).json()["openapi"].startswith("3.1")


@pytest.mark.requirement("X015", "X016")
def test_a_refused_client_is_one_tagged_line_of_the_log(identity: Serving) -> None:
    answer = httpx.post(
        f"{identity.base}/identity/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=("nobody", "a-secret-nobody-may-read"),
        headers={"x-correlation-id": "trace-of-a-refusal"},
        trust_env=False,
    )
    # The refusal, and the request itself.
    lines = [json.loads(line) for line in identity.await_logged("trace-of-a-refusal", lines=2)]
    tagged = [line for line in lines if line.get("security")]

    assert answer.status_code == 401
    assert [(line["actor"], line["outcome"], bool(line["time"])) for line in tagged] == [("nobody", "refused", True)]
    assert "a-secret-nobody-may-read" not in "".join(identity.logged)


def test_other_accounts_of_the_machine_read_nothing_of_what_a_process_keeps(tmp_path: Path) -> None:
    data, lines = tmp_path / "data", tmp_path / "logs" / "lines"
    before = os.umask(0o022)
    try:
        settings = {"DATA_DIR": str(data), "LOG_FILE": str(lines)}
        with serving("serve", "identity", settings=settings) as running:
            running.await_ready()
            folders = {path: path.stat().st_mode & 0o777 for path in (data, lines.parent)}
            files = {path: path.stat().st_mode & 0o777 for path in (*data.iterdir(), lines)}
    finally:
        os.umask(before)

    assert {"identity.sqlite3", "identity.sqlite3-wal", "lines"} <= {path.name for path in files}
    assert files == dict.fromkeys(files, 0o600)
    assert folders == dict.fromkeys(folders, 0o700)


def test_a_sandbox_in_use_is_not_emptied_under_its_process(tmp_path: Path) -> None:
    with serving("serve", "identity", settings={"DATA_DIR": str(tmp_path)}) as running:
        running.await_ready()
        during = govstack("reset", "--yes", DATA_DIR=str(tmp_path))
        served = ask(running, "/health/ready").status_code
        kept = (tmp_path / "identity.sqlite3").exists()
        running.stop()
    after = govstack("reset", "--yes", DATA_DIR=str(tmp_path))

    assert during.returncode == 1
    assert sentence(during) == "A running process has the database of identity open. Stop it, then reset."
    assert (served, kept) == (200, True)
    assert (after.returncode, after.stdout) == (0, "Removed: identity.\n")


def test_a_taken_port_is_named_in_one_sentence(identity: Serving, tmp_path: Path) -> None:
    answer = govstack("serve", "identity", DATA_DIR=str(tmp_path), PORT=str(identity.port))

    assert answer.returncode == 2
    assert f"127.0.0.1:{identity.port} cannot be listened on" in sentence(answer)


def test_doctor_knows_its_own_process_behind_the_port(identity: Serving, tmp_path: Path) -> None:
    answer = govstack("doctor", DATA_DIR=str(tmp_path), PORT=str(identity.port))

    assert "is served by a running GovStack" in answer.stdout
    assert answer.returncode == 0


@pytest.mark.requirement("X033", "CFR-deployment-10")
def test_a_stop_lets_the_request_under_way_end_refuses_newcomers_and_the_next_start_is_quick(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path)}
    with serving("serve", "identity", settings=settings) as running:
        running.await_ready()
        with half_sent(running) as connection:
            time.sleep(0.2)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(1.0)
            refused = newcomer(running)
            connection.sendall(FORM[10:])
            answer = connection.recv(65_536)
        code = running.process.wait(10)
        lines = "\n".join(running.said + running.logged)
    started = time.monotonic()
    with serving("serve", "identity", settings=settings) as again:
        again.await_ready()
        seconds = time.monotonic() - started

    assert refused
    assert answer.startswith(b"HTTP/1.1 401")
    assert code == 0
    assert "Traceback" not in lines
    assert seconds < SECOND_START_SECONDS_MAX


@pytest.mark.slow
@pytest.mark.requirement("CFR-deployment-10")
def test_a_request_that_never_ends_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with serving("serve", "identity", settings={"DATA_DIR": str(tmp_path)}) as running:
        running.await_ready()
        with half_sent(running):
            started = time.monotonic()
            code = running.stop()

    assert code == 0
    assert time.monotonic() - started < 30


@pytest.mark.requirement("X006", "X248", "SD-7")
def test_the_conformance_profile_serves_one_block_at_the_root(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path)}
    with serving("serve", "identity", "--profile=conformance", settings=settings) as running:
        running.await_ready("/healthcheck")

        assert ask(running, "/.well-known/openid-configuration").status_code == 200
        assert ask(running, "/identity/.well-known/openid-configuration").status_code == 404


@pytest.mark.requirement("DR-D6", "SD-6")
def test_the_conformance_profile_holds_the_published_records(tmp_path: Path) -> None:
    with serving("serve", "registries", "--profile=conformance", settings={"DATA_DIR": str(tmp_path)}) as running:
        running.await_ready("/healthcheck")

        found = ask(running, "/data/registryname/111?search=John", **CALLER)

    assert "John" in {one["FirstName"] for one in found.json()["results"]}


def test_ctrl_c_is_an_orderly_stop(tmp_path: Path) -> None:
    with serving("serve", "identity", settings={"DATA_DIR": str(tmp_path)}) as running:
        running.await_ready()
        code = running.stop(signal.SIGINT)

    assert code == 0
    assert not [line for line in running.said if "Traceback" in line or "Abort" in line]
