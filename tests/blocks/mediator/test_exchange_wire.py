"""Access to services over real sockets: large bodies, processes that die, and requests made to be misread."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from govstack.blocks.mediator.evidence import service as evidence
from tests.builders.exchange import CLIENT, PATH, Forwarding, forwarding_on, offer, served
from tests.builders.provider_process import CHUNK, CHUNKS, provider_process
from tests.databases import Databases

LARGE_BYTES = len(CHUNK) * CHUNKS
GROWTH_BYTES_MAX = 24_000_000


class Memory:
    """Watches how much this process grows while something large passes through it."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.growth = 0

    async def __aenter__(self) -> Memory:
        self._start = self._process.memory_info().rss
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            self.growth = max(self.growth, self._process.memory_info().rss - self._start)
            await asyncio.sleep(0.02)


@pytest.fixture
async def wired(sqlite_databases: Databases, tmp_path: Path) -> AsyncIterator[tuple[Forwarding, str]]:
    """A mediator behind uvicorn, and a provider in another process."""
    async with (
        provider_process() as origin,
        forwarding_on(sqlite_databases, tmp_path, service_url=f"{origin}/v1") as found,
        served(found.bench.running.application) as here,
    ):
        await offer(found, service_url=f"{origin}/v1", request_bytes_max=100_000_000, answer_bytes_max=100_000_000)
        yield found, here


def caller(found: Forwarding, here: str) -> httpx.AsyncClient:
    """Return a client that calls over sockets as the application with the right."""
    token = found.bench.issuer.token(CLIENT, application=CLIENT)
    return httpx.AsyncClient(base_url=here, headers={"authorization": f"Bearer {token}"}, timeout=30, trust_env=False)


async def answers(found: Forwarding) -> list[Any]:
    return [entry.message for entry in await found.entries(direction="answer")]


@pytest.mark.requirement("I10", "X006")
async def test_a_call_between_processes_is_carried(wired: tuple[Forwarding, str]) -> None:
    found, here = wired
    async with caller(found, here) as client:
        for _ in range(3):
            answer = await client.post(f"{PATH}/people", content=b"x" * 1_000)

    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "1000", "text/plain")
    assert [message.status for message in await answers(found)] == [200, 200, 200]


@pytest.mark.requirement("X214")
async def test_a_large_body_is_carried_up_in_bounded_memory(wired: tuple[Forwarding, str]) -> None:
    found, here = wired

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(CHUNKS):
            yield CHUNK

    async with caller(found, here) as client, Memory() as memory:
        answer = await client.put(f"{PATH}/people", content=chunks(), headers={"content-length": str(LARGE_BYTES)})

    assert (answer.status_code, answer.text) == (200, str(LARGE_BYTES))
    assert memory.growth < GROWTH_BYTES_MAX
    assert (await answers(found))[0].request_digest == hashlib.sha256(CHUNK * CHUNKS).hexdigest()


async def test_a_chunked_body_arrives_with_its_length(wired: tuple[Forwarding, str]) -> None:
    found, here = wired

    async def chunks() -> AsyncIterator[bytes]:
        yield b"a" * 70_000
        yield b"b" * 70_000

    async with caller(found, here) as client:
        answer = await client.post(f"{PATH}/people", content=chunks())

    assert answer.text == "140000"


async def test_a_large_answer_is_carried_down_in_bounded_memory(wired: tuple[Forwarding, str]) -> None:
    found, here = wired
    digest, size = hashlib.sha256(), 0
    async with caller(found, here) as client, Memory() as memory, client.stream("GET", f"{PATH}/large") as answer:
        async for chunk in answer.aiter_raw():
            digest.update(chunk)
            size += len(chunk)

    (message,) = await answers(found)
    assert (size, answer.headers["content-length"]) == (LARGE_BYTES, str(LARGE_BYTES))
    assert memory.growth < GROWTH_BYTES_MAX
    assert (message.answer_digest, message.answer_bytes, message.reason) == (digest.hexdigest(), LARGE_BYTES, "")


async def test_a_provider_that_dies_half_way_cuts_the_callers_connection_too(wired: tuple[Forwarding, str]) -> None:
    found, here = wired
    async with caller(found, here) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"{PATH}/people/die")
        again = await client.get(f"{PATH}/people")

    assert [(m.status, m.reason) for m in await answers(found)] == [(200, "bad-gateway"), (503, "unavailable")]
    assert again.status_code == 503


@pytest.mark.requirement("I30")
async def test_the_end_of_a_large_answer_is_withheld_when_it_cannot_be_recorded(wired: tuple[Forwarding, str]) -> None:
    found, here = wired
    log = evidence.message_log(found.context)
    size = 0
    async with caller(found, here) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            async with client.stream("GET", f"{PATH}/large") as answer:
                log._stopping = True
                async for chunk in answer.aiter_raw():
                    size += len(chunk)
    log._stopping = False

    assert 0 < size < LARGE_BYTES


@pytest.mark.requirement("X214")
@pytest.mark.parametrize(
    "request_",
    [
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}content-length: 4\r\ncontent-length: 5\r\n\r\nabcde",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}content-length: -4\r\n\r\nabcd",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}content-length: 4, 4\r\n\r\nabcd",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}content-length : 4\r\n\r\nabcd",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}transfer-encoding: xchunked\r\n\r\nabcd",
        b"POST {path} HTTP/1.1\r\nhost: x\r\n{auth}transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    ],
)
async def test_a_request_that_two_servers_would_end_at_different_places_is_not_carried(
    wired: tuple[Forwarding, str], request_: bytes
) -> None:
    found, here = wired

    answer = await spoken(found, here, request_)

    assert b" 200 " not in answer.partition(b"\r\n")[0]
    assert await found.entries() == []


@pytest.mark.parametrize(
    "target",
    [
        b"http://evil.test{path}",
        b"//evil.test{path}",
        b"{path}/../../../secret",
        b"{path}%20HTTP/1.1",
        b"{path}/\\..\\secret",
    ],
)
async def test_no_form_of_target_leads_out_of_the_service(
    sqlite_databases: Databases, tmp_path: Path, target: bytes
) -> None:
    async with forwarding_on(sqlite_databases, tmp_path) as found, served(found.bench.running.application) as here:
        await spoken(found, here, b"GET " + target + b" HTTP/1.1\r\nhost: evil.test\r\n{auth}connection: close\r\n\r\n")

    for asked in found.provider.requests:
        assert asked["path"].startswith("/v1/people")
        assert ("host", "provider.test") in asked["headers"]


async def spoken(found: Forwarding, here: str, request_: bytes) -> bytes:
    """Send bytes as they are, and return what comes back."""
    host, _, port = here.removeprefix("http://").partition(":")
    token = found.bench.issuer.token(CLIENT, application=CLIENT)
    whole = request_.replace(b"{path}", f"{PATH}/people".encode())
    whole = whole.replace(b"{auth}", f"authorization: Bearer {token}\r\n".encode())
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(whole)
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(100_000), 1)
    except TimeoutError:
        return b"(no answer)\r\n"
    finally:
        writer.close()


async def test_a_connection_to_the_provider_that_idles_too_long_is_replaced(wired: tuple[Forwarding, str]) -> None:
    found, here = wired
    async with caller(found, here) as client:
        await client.post(f"{PATH}/people")
        await asyncio.sleep(1.2)

        assert (await client.post(f"{PATH}/people")).status_code == 200


async def test_spooled_bodies_leave_no_file_behind(sqlite_databases: Databases, tmp_path: Path) -> None:
    async with forwarding_on(sqlite_databases, tmp_path) as found, found.client() as client:
        await client.post(f"{PATH}/people", content=b"x" * 1_900_000)

    assert found.provider.last["size"] == 1_900_000
    assert list((tmp_path / "spool").iterdir()) == []
