"""Clients that are slow, by accident or on purpose, lose their connection in time and hold up nobody else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from govstack.blocks.mediator.exchange import service as exchange
from govstack.blocks.mediator.exchange import store as exchange_store
from govstack.host import server
from govstack.kernel import wire
from govstack.kernel.settings import load
from tests.builders.exchange import CLIENT, PATH, Forwarding, forwarding_on, offer
from tests.builders.mediator import mediator_on
from tests.databases import Databases

SECONDS_MAX = 0.5
ANSWER_SECONDS_MAX = 5.0
CHUNK = bytes(65_536)
CHUNKS_MAX = 4_000  # far more than the buffers of a connection hold
TRICKLING = 12
RECEIVED_BYTES_AT_ONCE = 4_096
HEAD = b"GET /quick HTTP/1.1\r\nHost: here\r\n"


class Application:
    """Answers at once, with much, or with what it was sent; counts what it makes."""

    def __init__(self) -> None:
        self.chunks = 0
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                await receive()
                await send({"type": answer})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while scope["path"] == "/large" and self.chunks < CHUNKS_MAX:
                self.chunks += 1
                await send({"type": "http.response.body", "body": CHUNK, "more_body": True})
        finally:
            if scope["path"] == "/large":
                self.ended.set()
        await send({"type": "http.response.body", "body": b"done"})


@asynccontextmanager
async def listening(application: Any) -> AsyncIterator[int]:
    """Serve an application by the host's own server; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = server.server(application, load({}), host="127.0.0.1", port=port)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield port
    running.stop()
    await task


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
async def port(application: Application, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(server, "HEAD_SECONDS_MAX", SECONDS_MAX)
    monkeypatch.setattr(server, "STALL_SECONDS_MAX", SECONDS_MAX)
    async with listening(application) as found:
        yield found


async def ask(port: int, request: bytes = HEAD + b"Connection: close\r\n\r\n") -> bytes:
    """Send a request and return all that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        writer.write(request)
        answer = await reader.read()
    writer.close()
    return answer


async def trickle(port: int, data: bytes) -> bytes:
    """Send a request byte by byte, for ever; return what came back when the server has had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        for number in range(100_000):
            writer.write(data[number : number + 1] or b"x")
            await asyncio.sleep(SECONDS_MAX / 10)

    sending = asyncio.create_task(send())
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        sending.cancel()
        writer.close()


@pytest.mark.requirement("CFR-deployment-11")
async def test_a_head_that_trickles_is_not_waited_for_and_others_are_served_meanwhile(port: int) -> None:
    slow = [asyncio.create_task(trickle(port, HEAD)) for _ in range(TRICKLING)]
    await asyncio.sleep(SECONDS_MAX / 5)

    answers = [await ask(port) for _ in range(3)]

    assert not any(task.done() for task in slow)
    assert all(answer.endswith(b"done\r\n0\r\n\r\n") for answer in answers)
    assert await asyncio.gather(*slow) == [b""] * TRICKLING


async def test_a_connection_on_which_nothing_comes_is_closed(port: int) -> None:
    assert await ask(port, b"") == b""


async def test_the_head_of_a_later_request_on_the_same_connection_has_its_time_too(port: int) -> None:
    first = HEAD + b"\r\n"

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    await reader.readuntil(b"0\r\n\r\n")
    writer.write(HEAD)
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        rest = await reader.read()
    writer.close()

    assert rest == b""


@pytest.mark.requirement("CFR-deployment-11")
async def test_a_head_without_end_is_not_kept_in_memory(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS_MAX", 60.0)
    async with listening(application) as port:
        with pytest.raises(ConnectionResetError):
            await ask(port, HEAD + b"X-Much: " + b"y" * (20 * server.HEAD_BYTES_MAX))


@pytest.mark.requirement("CFR-deployment-11")
async def test_an_answer_that_nobody_reads_is_given_up_and_no_longer_made(application: Application, port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=RECEIVED_BYTES_AT_ONCE)
    writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
    await asyncio.sleep(SECONDS_MAX / 2)
    begun = application.chunks

    quick = await ask(port)
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        await application.ended.wait()

    assert quick.endswith(b"done\r\n0\r\n\r\n")
    assert 0 < begun <= application.chunks < CHUNKS_MAX
    writer.transport.abort()


async def test_a_client_that_reads_slowly_but_steadily_gets_its_whole_answer(
    application: Application, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.host.test_slow_clients.CHUNKS_MAX", 200)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=RECEIVED_BYTES_AT_ONCE)
    writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    size = 0
    async with asyncio.timeout(60):
        while part := await reader.read(1_000_000):
            size += len(part)
            await asyncio.sleep(0.005)
    writer.close()

    assert size > 200 * len(CHUNK)


async def test_a_body_that_trickles_is_refused_in_time_in_the_shape_of_the_block(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "BODY_SECONDS_MAX", SECONDS_MAX)
    async with mediator_on(sqlite_databases) as bench, listening(alone(bench.running.application)) as port:
        token = bench.issuer.token("operator", scope="mediator:administer")
        head = b"PATCH /api/v1/rooms/GOV/1/x/rights/allow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
        head += b"Authorization: Bearer %s\r\nContent-Type: application/json\r\n" % token.encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"Content-Length: 10000\r\n\r\n")
        sending = asyncio.create_task(_drip(writer))
        await asyncio.sleep(SECONDS_MAX / 5)
        meanwhile = await ask(port, b"GET /healthcheck HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            answer = await reader.read()
        sending.cancel()
        writer.close()

    assert meanwhile.startswith(b"HTTP/1.1 200")
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert b"took too long to arrive" in answer


@asynccontextmanager
async def mediating(databases: Databases, folder: Path) -> AsyncIterator[tuple[Forwarding, int, bytes]]:
    """Serve a mediator by the host's own server; gives its port, and the headers of a client that may call."""
    async with forwarding_on(databases, folder) as found, listening(alone(found.bench.running.application)) as port:
        token = found.bench.issuer.token(CLIENT, application=CLIENT)
        yield found, port, b"Host: here\r\nAuthorization: Bearer %s\r\n" % token.encode()


@pytest.mark.requirement("CFR-deployment-11")
async def test_a_call_whose_body_trickles_never_reaches_the_provider_and_others_do(
    sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_store, "BODY_SECONDS_MAX", SECONDS_MAX)
    async with mediating(sqlite_databases, tmp_path) as (found, port, headers):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST %s/people HTTP/1.1\r\n" % PATH.encode() + headers + b"Content-Length: 10000\r\n\r\n")
        sending = asyncio.create_task(_drip(writer))
        await asyncio.sleep(SECONDS_MAX / 5)
        quick = b"GET %s/people HTTP/1.1\r\nConnection: close\r\n" % PATH.encode() + headers + b"\r\n"
        meanwhile = await ask(port, quick)
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            answer = await reader.readuntil(b"\r\n\r\n")
        sending.cancel()
        writer.transport.abort()

    assert meanwhile.startswith(b"HTTP/1.1 200")
    assert answer.startswith(b"HTTP/1.1 400")
    assert [request["method"] for request in found.provider.requests] == ["GET"]


@pytest.mark.requirement("CFR-deployment-11", "I30")
async def test_a_caller_that_reads_nothing_of_a_large_answer_frees_its_place_and_the_log_says_so(
    sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STALL_SECONDS_MAX", SECONDS_MAX)

    async def pour(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(CHUNKS_MAX):
            await send({"type": "http.response.body", "body": CHUNK, "more_body": True})

    async with mediating(sqlite_databases, tmp_path) as (found, port, headers):
        await offer(found, answer_bytes_max=CHUNKS_MAX * len(CHUNK))
        found.provider.behave = pour
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=RECEIVED_BYTES_AT_ONCE)
        writer.write(b"GET %s/people HTTP/1.1\r\n" % PATH.encode() + headers + b"\r\n")
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while not (answers := await found.entries(direction="answer")) or exchange.desk(found.context).under_way:
                await asyncio.sleep(0.05)
        writer.transport.abort()

    assert [(entry.message.reason, entry.message.status) for entry in answers] == [("caller-gone", 200)]


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b" ")
        await asyncio.sleep(SECONDS_MAX / 10)


def alone(application: Any) -> Any:
    """Return a block's application with the lifespan that a server asks for."""

    async def root(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await Application()(scope, receive, send)
        else:
            await application(scope, receive, send)

    return root
