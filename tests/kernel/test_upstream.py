"""The mediator's way to a provider: real sockets with scripted answers, and applications of this process."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from govstack.kernel import clock
from govstack.kernel.errors import BadGateway, BadRequest, Forbidden, GatewayTimeout, Unavailable
from govstack.kernel.outgoing import BUFFERED_BYTES_MAX, Header, Outgoing, Patience, Reply
from govstack.kernel.upstream import HEAD_BYTES_MAX, Upstream, tls_context

QUICK = Patience(connect_seconds=1, first_byte_seconds=0.2, total_seconds=0.4)
CALM = Patience(connect_seconds=2, first_byte_seconds=5, total_seconds=10)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve connections on loopback; gives the origin, and leaves nothing open."""
    tasks: set[asyncio.Task[None]] = set()

    async def tidily(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            try:
                await serve(reader, writer)
            finally:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()

    server = await asyncio.start_server(tidily, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Server:
    """A provider on loopback that answers each request on a connection with the next scripted bytes."""

    def __init__(self, *answers: bytes, close: bool = False, seconds: float = 0.0) -> None:
        self.answers, self.close, self.seconds = list(answers), close, seconds
        self.requests: list[bytes] = []
        self.connections = 0

    def listening(self) -> AbstractAsyncContextManager[str]:
        return listening(self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while self.answers:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            self.requests.append(head + await reader.readexactly(length))
            await asyncio.sleep(self.seconds)
            writer.write(self.answers.pop(0))
            await writer.drain()
            if self.close:
                return
        await reader.read()


@asynccontextmanager
async def upstream(local: Callable[[str], Any] = lambda _: None) -> AsyncIterator[Upstream]:
    client = Upstream(local)
    try:
        yield client
    finally:
        await client.close()


def get(origin: str, **more: Any) -> Outgoing:
    return Outgoing(more.pop("method", "GET"), origin, more.pop("target", b"/x?y=1"), **more)


async def body(reply: Reply) -> bytes:
    return b"".join([chunk async for chunk in reply])


async def answered(*answers: bytes, **more: Any) -> tuple[int, list[Header], bytes]:
    """Return what the client makes of one scripted answer."""
    async with Server(*answers, close=more.pop("close", False)).listening() as origin, upstream() as client:
        reply = await client.send(get(origin, **more), CALM)
        return reply.status, reply.headers, await body(reply)


async def test_a_request_arrives_as_it_was_given() -> None:
    server = Server(OK)
    async with server.listening() as origin, upstream() as client:
        request = get(
            origin, method="POST", target=b"/a%2Fb//c?d=e&d=%20", headers=[(b"x-one", b"1")], body=b"abc", length=3
        )

        await body(await client.send(request, CALM))

    host = origin.removeprefix("http://").encode()
    assert server.requests == [
        b"POST /a%2Fb//c?d=e&d=%20 HTTP/1.1\r\nhost: " + host + b"\r\nx-one: 1\r\ncontent-length: 3\r\n\r\nabc"
    ]


async def test_a_name_that_leads_to_an_address_to_be_avoided_is_not_connected_to() -> None:
    server = Server(OK)
    async with server.listening() as origin, upstream() as client:
        named = origin.replace("127.0.0.1", "localhost")

        with pytest.raises(Forbidden):
            await client.send(get(named, avoid=lambda number: number == "127.0.0.1"), CALM)

        assert server.connections == 0
        assert (await client.send(get(named, avoid=lambda number: number == "192.0.2.1"), CALM)).status == 200


async def test_a_kept_connection_to_an_address_to_be_avoided_is_not_used_again() -> None:
    server = Server(OK, OK)
    async with server.listening() as origin, upstream() as client:
        await body(await client.send(get(origin), CALM))

        with pytest.raises(Forbidden):
            await client.send(get(origin, avoid=lambda number: number == "127.0.0.1"), CALM)

        assert len(server.requests) == 1
        assert (await client.send(get(origin), CALM)).status == 200


async def test_a_streamed_body_arrives_whole() -> None:
    server = Server(OK)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    async with server.listening() as origin, upstream() as client:
        await body(await client.send(get(origin, method="PUT", body=chunks(), length=64 * 65_536), CALM))

    assert server.requests[0].endswith(b"x" * 65_536)
    assert len(server.requests[0].partition(b"\r\n\r\n")[2]) == 64 * 65_536


async def test_chunked_answers_and_their_repeated_headers_are_read() -> None:
    status, headers, content = await answered(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 203 X\r\nTransfer-Encoding: chunked\r\nLink: a\r\nLink: b\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )

    assert (status, content) == (203, b"abcde")
    assert headers == [(b"transfer-encoding", b"chunked"), (b"link", b"a"), (b"link", b"b")]


async def test_an_answer_without_length_lasts_until_the_connection_closes() -> None:
    _, _, content = await answered(b"HTTP/1.0 200 OK\r\n\r\nall of it", close=True)

    assert content == b"all of it"


async def test_the_answer_to_head_has_a_length_and_no_body() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n", OK)
    async with server.listening() as origin, upstream() as client:
        head = await client.send(get(origin, method="HEAD"), CALM)
        assert (head.headers, await body(head)) == ([(b"content-length", b"500")], b"")

        assert await body(await client.send(get(origin), CALM)) == b"ok"

    assert server.connections == 1


async def test_a_connection_is_kept_for_the_next_request() -> None:
    server = Server(OK, OK, OK)
    async with server.listening() as origin, upstream() as client:
        for _ in range(3):
            await body(await client.send(get(origin), CALM))

    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_reading_request_is_repeated_once_when_the_kept_connection_was_closed(method: str) -> None:
    empty = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    async with upstream() as client:
        server = Server(OK, b"", empty, close=False)
        async with server.listening() as origin:
            await body(await client.send(get(origin), CALM))
            server.close = True  # the second request on the kept connection meets a close without an answer

            reply = await client.send(get(origin, method=method), CALM)

    assert reply.status == 200
    assert server.connections == 2


@pytest.mark.requirement("IM-5.1.1", "X030")
async def test_a_changing_request_is_never_repeated() -> None:
    server = Server(OK, b"", OK)
    async with server.listening() as origin, upstream() as client:
        await body(await client.send(get(origin), CALM))
        server.close = True

        with pytest.raises(BadGateway, match="not known"):
            await client.send(get(origin, method="POST", body=b"", length=0), CALM)

    assert [request[:4] for request in server.requests] == [b"GET ", b"POST"]


@pytest.mark.requirement("X214")
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nokk",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * HEAD_BYTES_MAX + b"y" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 103 Early\r\n\r\n" * 20,
        b"SSH-2.0-hello\r\n\r\n",
    ],
)
async def test_an_answer_that_two_readers_could_understand_differently_is_refused(answer: bytes) -> None:
    with pytest.raises(BadGateway):
        await answered(answer)


async def test_a_second_answer_that_nobody_asked_for_never_reaches_the_next_request() -> None:
    server = Server(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen", OK)
    async with server.listening() as origin, upstream() as client:
        first = await body(await client.send(get(origin), CALM))
        second = await body(await client.send(get(origin), CALM))

    assert (first, second, server.connections) == (b"ok", b"ok", 2)


@pytest.mark.parametrize(
    "more",
    [
        {"headers": [(b"x", b"1\r\nhost: evil")]},
        {"headers": [(b"x", b"1\n")]},
        {"headers": [(b"x", b"\x00")]},
        {"headers": [(b"x: 1\r\ny", b"1")]},
        {"headers": [(b"", b"1")]},
        {"headers": [(b"content-length", b"5")]},
        {"headers": [(b"transfer-encoding", b"chunked")]},
        {"headers": [(b"host", b"evil")]},
        {"target": b"/a b"},
        {"target": b"/a\r\nx: y"},
        {"target": b"http://evil/"},
        {"target": b"/a#b"},
        {"target": "/é".encode()},
        {"method": "GET /evil HTTP/1.1\r\nx:"},
        {"method": "get"},
    ],
)
async def test_a_request_that_could_become_two_is_not_sent(more: dict[str, Any]) -> None:
    server = Server(OK)
    async with server.listening() as origin, upstream() as client:
        with pytest.raises(BadRequest):
            await client.send(get(origin, **more), CALM)

    assert server.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\npa",
    ],
)
async def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(answer: bytes) -> None:
    with pytest.raises(BadGateway, match="broke off"):
        await answered(answer, close=True)


async def test_a_provider_that_hangs_up_without_an_answer_is_a_bad_gateway() -> None:
    with pytest.raises(BadGateway, match="without an answer"):
        await answered(b"", close=True)


async def test_a_provider_that_does_not_listen_is_unavailable() -> None:
    async with Server().listening() as origin:
        pass
    async with upstream() as client:
        with pytest.raises(Unavailable):
            await client.send(get(origin), CALM)


@pytest.mark.parametrize(
    "origin", ["ftp://127.0.0.1", "http://", "http://user@127.0.0.1", "http://127.0.0.1/path", "file:///etc/passwd"]
)
async def test_only_plain_origins_are_called(origin: str) -> None:
    async with upstream() as client:
        with pytest.raises(Unavailable):
            await client.send(get(origin), CALM)


async def test_a_slow_first_byte_is_a_timeout() -> None:
    async with Server(OK, seconds=1).listening() as origin, upstream() as client:
        with pytest.raises(GatewayTimeout):
            await client.send(get(origin), QUICK)


async def test_an_answer_that_trickles_past_the_whole_time_is_a_timeout() -> None:
    async with Server(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart").listening() as origin, upstream() as client:
        reply = await client.send(get(origin), QUICK)

        with pytest.raises(GatewayTimeout):
            await body(reply)


async def test_an_early_refusal_ends_the_sending_of_a_large_body() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)

    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 65_536
            yield b"x" * 65_536

    async with listening(refuse) as origin, upstream() as client:
        reply = await client.send(get(origin, method="POST", body=chunks(), length=10_000 * 65_536), CALM)

    assert reply.status == 413
    assert sent < 10_000 * 65_536


async def test_a_reader_that_lags_slows_the_provider_down() -> None:
    written = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        for _ in range(1_000):
            writer.write(b"x" * 100_000)
            await writer.drain()
            written += 100_000

    async with listening(pour) as origin, upstream() as client:
        reply = await client.send(get(origin), CALM)
        await anext(reply)
        await asyncio.sleep(0.2)
        held = written
        rest = await body(reply)

    assert held < 20_000_000
    assert len(rest) > 99_000_000


async def test_a_cancelled_request_gives_its_connection_up() -> None:
    async with Server(OK, seconds=5).listening() as origin, upstream() as client:
        asked = asyncio.create_task(client.send(get(origin), CALM))
        await asyncio.sleep(0.05)
        asked.cancel()

        with pytest.raises(asyncio.CancelledError):
            await asked


# Applications of this process.

Send = Callable[[dict[str, Any]], Awaitable[None]]
INSIDE = "http://inside.test"


def inside(application: Any) -> Any:
    return upstream(lambda url: application if url.startswith(f"{INSIDE}/") else None)


async def test_an_application_of_this_process_sees_the_same_request() -> None:
    seen: dict[str, Any] = {}

    async def application(scope: dict[str, Any], receive: Any, send: Send) -> None:
        seen.update(scope, body=(await receive())["body"])
        await send({"type": "http.response.start", "status": 201, "headers": [(b"X-A", b"b")]})
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        await send({"type": "http.response.body", "body": b"k"})

    async with inside(application) as client:
        request = get(INSIDE, method="PUT", target=b"/a%2Fb?c=%20", headers=[(b"x", b"1")], body=b"abc", length=3)
        reply = await client.send(request, CALM)
        content = await body(reply)

    assert (reply.status, reply.headers, content) == (201, [(b"x-a", b"b")], b"ok")
    assert (seen["method"], seen["raw_path"], seen["path"], seen["query_string"]) == (
        "PUT",
        b"/a%2Fb",
        "/a/b",
        b"c=%20",
    )
    assert seen["headers"] == [(b"host", b"inside.test"), (b"x", b"1"), (b"content-length", b"3")]
    assert seen["body"] == b"abc"


async def test_an_application_of_this_process_takes_a_streamed_body_in_parts() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    async def application(_: Any, receive: Any, send: Send) -> None:
        parts = []
        while True:
            message = await receive()
            parts.append(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b",".join(parts)})
        assert (await receive())["type"] == "http.disconnect"

    async with inside(application) as client:
        reply = await client.send(get(INSIDE, method="POST", body=chunks(), length=6), CALM)

        assert await body(reply) == b"one,two,"


async def test_an_application_of_this_process_is_held_back_by_a_slow_reader() -> None:
    written = 0

    async def application(_: Any, __: Any, send: Send) -> None:
        nonlocal written
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _part in range(100):
            await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
            written += 65_536
        await send({"type": "http.response.body", "body": b""})

    async with inside(application) as client:
        reply = await client.send(get(INSIDE), CALM)
        await asyncio.sleep(0.05)
        held = written
        rest = await body(reply)

    assert held <= BUFFERED_BYTES_MAX + 65_536
    assert len(rest) == 100 * 65_536


async def test_an_application_of_this_process_that_fails_is_a_bad_gateway() -> None:
    async def application(_: Any, __: Any, ___: Send) -> None:
        raise RuntimeError("secret detail")

    async with inside(application) as client:
        with pytest.raises(BadGateway) as refusal:
            await client.send(get(INSIDE), CALM)

    assert "secret" not in refusal.value.detail


async def test_an_application_of_this_process_that_fails_half_way_breaks_its_answer_off() -> None:
    async def application(_: Any, __: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        raise RuntimeError

    async with inside(application) as client:
        reply = await client.send(get(INSIDE), CALM)

        with pytest.raises(BadGateway, match="broke off"):
            await body(reply)


async def test_an_application_of_this_process_that_is_slow_is_stopped() -> None:
    stopped = asyncio.Event()

    async def application(_: Any, __: Any, ___: Send) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async with inside(application) as client:
        with pytest.raises(GatewayTimeout):
            await client.send(get(INSIDE), QUICK)
        await asyncio.wait_for(stopped.wait(), 1)


# TLS.


@pytest.mark.requirement("X011", "X029", "X166")
async def test_providers_are_called_by_tls_1_3_with_our_certificate_and_theirs_is_checked(tmp_path: Path) -> None:
    authority, server, client = certificates(tmp_path)
    seen: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        tls = writer.get_extra_info("ssl_object")
        seen.append((tls.version(), tls.getpeercert()["subject"][0][0][1]))
        writer.write(OK)
        await writer.drain()

    demanding = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
    demanding.verify_mode = ssl.CERT_REQUIRED
    demanding.load_cert_chain(server)
    async with listening(serve, tls=demanding) as origin:
        trusted = Upstream(lambda _: None, tls=lambda: tls_context(authorities=str(authority), certificate=str(client)))
        distrustful = Upstream(lambda _: None)

        assert await body(await trusted.send(get(origin), CALM)) == b"ok"
        with pytest.raises(Unavailable):
            await distrustful.send(get(origin), CALM)
        await trusted.close()
        await distrustful.close()

    assert seen == [("TLSv1.3", "mediator")]


@pytest.mark.requirement("X011")
async def test_a_provider_that_offers_older_tls_only_is_not_called(tmp_path: Path) -> None:
    authority, server, _ = certificates(tmp_path)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    old = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.load_cert_chain(server)
    async with listening(serve, tls=old) as origin:
        client = Upstream(lambda _: None, tls=lambda: tls_context(authorities=str(authority)))
        with pytest.raises(Unavailable):
            await client.send(get(origin), CALM)
        await client.close()


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """Write an authority, and certificates with keys of a server on loopback and of a client."""
    key, made = ec.generate_private_key(ec.SECP256R1()), []
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    for subject in ("authority", "server", "mediator"):
        own = key if subject == "authority" else ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(name)
            .public_key(own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(clock.now() - timedelta(days=1))
            .not_valid_after(clock.now() + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=subject == "authority", path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        )
        certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        made.append(folder / f"{subject}.pem")
        made[-1].write_bytes(certificate if subject == "authority" else certificate + private)
    return made[0], made[1], made[2]
