"""A process whose disk is full refuses what it cannot keep, keeps nothing by half, and works on when there is room."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psutil
import pytest

from govstack.blocks.mediator.evidence.model import verify
from tests.cluster.cluster import (
    EVENT_TYPE,
    INSTANCE,
    LOADER,
    PROVIDER,
    READER,
    REGISTRY,
    ROOM,
    SECRET,
    SERVICE,
    VERSION,
    Client,
    open_room,
    prepare,
)
from tests.host.commands import Serving, serving

CREATE = f"/mediator/r1/{INSTANCE}/{PROVIDER}/{SERVICE}/{REGISTRY}/{VERSION}/create"
LIST = f"/mediator/r1/{INSTANCE}/{PROVIDER}/{SERVICE}/{REGISTRY}/{VERSION}"
IN_ROOM = f"/mediator/r1/{INSTANCE}/{ROOM}"
GRANT = {"subject": f"application:{INSTANCE}/{READER}", "services": ["data-list"]}
LARGE = "x" * 1_500_000  # more than the mediator holds in memory


def fill_the_disk(running: Serving) -> None:
    """Let the process write nothing more to any file: not into the databases, not into the log."""
    psutil.Process(running.process.pid).rlimit(psutil.RLIMIT_FSIZE, (1, psutil.RLIM_INFINITY))


def make_room(running: Serving) -> None:
    """Let the process write again."""
    psutil.Process(running.process.pid).rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))


def create(key: str, note: str = "") -> dict[str, Any]:
    return {"method": "POST", "path": CREATE, "body": {"write": {"content": {"Key": key, "Note": note}}}, "key": key}


def publish(number: int) -> dict[str, Any]:
    body = {"eventType": EVENT_TYPE, "event": {"Number": number}}
    return {"method": "POST", "path": f"{IN_ROOM}/pub/v1/{EVENT_TYPE}", "body": body, "key": f"e-{number}"}


async def once(client: Client, asked: dict[str, Any]) -> httpx.Response:
    """Ask once, whatever the answer."""
    return await client._send(asked["method"], asked["path"], asked["body"], asked["key"])


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="Only Linux limits what another process writes.")
@pytest.mark.requirement("SD-1", "I30")
async def test_a_full_disk_is_refused_with_503_and_nothing_is_kept_by_half(tmp_path: Path) -> None:
    settings = {
        "SECRET": SECRET,
        "INSTANCE": INSTANCE,
        "DATA_DIR": str(tmp_path),
        "LOG_FILE": str(tmp_path / "log"),
        "RATE_PER_SECOND": "0",
    }
    with serving("serve", "identity", "mediator", "registries", settings=settings) as running:
        running.await_ready()
        here: Any = SimpleNamespace(url=running.base)
        await prepare(here)
        await open_room(here)
        async with (
            Client(running.base, "operator") as operator,
            Client(running.base, f"{INSTANCE}/{LOADER}") as loader,
            Client(running.base, f"{INSTANCE}/{READER}") as reader,
        ):
            wishes = [create("B"), create("C", LARGE), publish(2)]
            grant = {"method": "POST", "path": f"/registries/api/v1/registries/{REGISTRY}/grants", "body": GRANT}
            for accepted in (create("A"), publish(1)):
                assert (await once(loader, accepted)).status_code < 300
            grants = await operator.ask("GET", grant["path"])
            fill_the_disk(running)
            refused = [await once(loader, wish) for wish in wishes for _ in range(2)]
            refused.append(await once(operator, {**grant, "key": ""}))
            still_read = await operator.ask("GET", grant["path"])
            alive = (await operator.ask("GET", "/health/live")).status_code
            make_room(running)
            done = [await once(loader, wish) for wish in wishes]
            records = (await loader.ask("GET", LIST)).json()["results"]
            events = [await pulled(reader), await pulled(reader), await pulled(reader)]
            log = (await operator.ask("GET", "/mediator/api/v1/messages/export")).content
        lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()

    assert [answer.status_code for answer in refused] == [503] * 7, [answer.text for answer in refused]
    assert {answer.headers["content-type"] for answer in refused} == {"application/json; charset=utf-8"}
    assert all(answer.json()["detail"] for answer in refused)
    assert still_read.json() == grants.json()
    assert alive == 200
    assert [answer.status_code for answer in done] == [200, 200, 201]
    assert sorted(row.get("content", row)["Key"] for row in records) == ["A", "B", "C"]
    assert events == [1, 2, None]
    assert verify(log.splitlines(keepends=True)).ok
    assert [json.loads(line) for line in lines], "Lines that found no place are missing, never torn."


async def pulled(reader: Client) -> int | None:
    """Fetch and acknowledge the next event; returns its number, None when there is none."""
    answer = await reader.ask("GET", f"{IN_ROOM}/pull/v1/{EVENT_TYPE}", expect=(200, 404))
    if answer.status_code == 404:
        return None
    await reader.ask("DELETE", f"{IN_ROOM}/pull/v1/{EVENT_TYPE}/{answer.json()['id']}")
    return int(answer.json()["event"]["Number"])
