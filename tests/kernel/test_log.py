"""Logs are usable, tagged and hold nothing that must stay secret."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest
import structlog

from govstack.kernel import log
from govstack.kernel.errors import Forbidden
from govstack.kernel.routing import Call, Routes, by_policy
from tests.builders.running import bench
from tests.builders.sample import SAMPLE
from tests.databases import Databases

PLANTED_NAME = "Amina Planted-Name"
PLANTED_SECRET = "planted-secret-8f3a9c"


@pytest.fixture(autouse=True)
def _fresh_configuration() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.mark.requirement("X015", "X027")
async def test_a_refused_call_is_one_json_line_with_time_trace_and_who(
    sqlite_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("INFO")
    running = bench(SAMPLE, await sqlite_databases.migrated())
    client = running.application("demo/GOV/1/a", "sample:read")

    await client.post("/api/v1/notes", json={"text": "a"}, headers={"x-correlation-id": "trace-7"})

    security = [line for line in lines(capsys.readouterr().out) if line.get("security")]
    assert len(security) == 1
    assert security[0]["correlation_id"] == "trace-7"
    assert security[0]["actor"] == "demo/GOV/1/a"
    assert str(security[0]["time"]).endswith("Z")


@pytest.mark.requirement("X012", "X015")
async def test_whoever_refuses_a_caller_it_is_a_security_event(
    sqlite_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse(call: Call) -> None:
        raise Forbidden

    routes = Routes()
    routes.get("/guarded", access=by_policy("a rule of its own"), operation_id="guarded")(refuse)
    log.configure("INFO")
    running = bench(replace(SAMPLE, api=routes), await sqlite_databases.migrated())

    await running.application("demo/GOV/1/a").get("/api/v1/guarded")
    await running.client("no.real.token").get("/api/v1/guarded")

    events = [line for line in lines(capsys.readouterr().out) if line.get("security")]
    assert [(one["actor"], one["operation"]) for one in events] == [
        ("demo/GOV/1/a", "guarded"),
        ("anonymous", "guarded"),
    ]


@pytest.mark.requirement("X016", "X089", "X008")
async def test_a_planted_secret_and_a_planted_name_reach_no_log(
    sqlite_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("DEBUG")
    running = bench(SAMPLE, await sqlite_databases.migrated())
    token = running.issuer.token(PLANTED_NAME, scope="sample:write")
    client = running.client(token, cookie=f"govstack_session={PLANTED_SECRET}", **{"x-api-key": PLANTED_SECRET})

    await client.post("/api/v1/notes", json={"text": PLANTED_NAME, "stars": PLANTED_SECRET})
    await client.get(f"/api/v1/notes/{PLANTED_SECRET}?word={PLANTED_NAME}")
    await client.get(f"/nothing/{PLANTED_NAME}")
    await client.get("/api/v1/broken")
    log.logger("sample").warning(
        "event", password=PLANTED_SECRET, note=f"Bearer {PLANTED_SECRET}", first_name=PLANTED_NAME
    )
    try:
        raise ValueError(PLANTED_NAME)
    except ValueError:
        logging.getLogger("library").exception("a library failed")
    await asyncio.sleep(log.ACCESS_HELD_SECONDS_MAX + 0.1)

    output = capsys.readouterr()
    assert lines(output.out)
    for planted in (PLANTED_NAME, PLANTED_SECRET, token):
        assert planted not in output.out + output.err


@pytest.mark.requirement("X220", "X018", "X032", "X037")
async def test_each_request_is_a_line_that_names_the_operation_not_the_address(
    sqlite_databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("INFO")
    running = bench(SAMPLE, await sqlite_databases.migrated())

    await running.client().get("/api/v1/notes/person-12345")
    await asyncio.sleep(log.ACCESS_HELD_SECONDS_MAX + 0.1)

    request = next(line for line in lines(capsys.readouterr().out) if line["event"] == "request")
    assert (request["operation"], request["status"], request["package"]) == ("read_note", 200, "sample")
    assert "person-12345" not in json.dumps(request)
