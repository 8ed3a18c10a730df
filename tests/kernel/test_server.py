"""The server speaks TLS 1.3 alone, and makes client certificates known."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from govstack.host.server import Attentive, server
from govstack.kernel import clock
from govstack.kernel.settings import load


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a self-signed certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret


async def show_fingerprint(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the fingerprint of the client's certificate."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    found = scope.get("extensions", {}).get("tls", {}).get("client_fingerprint", "none").encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(found)).encode())]}
    )
    await send({"type": "http.response.body", "body": found})


@pytest.fixture
async def secured(tmp_path: Path) -> AsyncIterator[tuple[int, Path, tuple[Path, Path]]]:
    pem, secret = certificate(tmp_path, "server")
    client = certificate(tmp_path, "client")
    settings = load({}).changed(TLS_CERTIFICATE=str(pem), TLS_KEY=str(secret), TLS_CLIENT_CA=str(client[0]))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = server(show_fingerprint, settings, host="127.0.0.1", port=port)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield port, pem, client
    running.should_exit = True
    await task


def trusting(pem: Path, *, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(pem))
    if newest is not None:
        context.maximum_version = newest
    return context


@pytest.mark.requirement("X011", "X029", "X072", "CFR-security-2")
async def test_tls_12_is_refused_and_tls_13_accepted(secured: tuple[int, Path, tuple[Path, Path]]) -> None:
    port, pem, _ = secured

    async with httpx.AsyncClient(verify=trusting(pem, newest=ssl.TLSVersion.TLSv1_2)) as old:
        with pytest.raises(httpx.ConnectError):
            await old.get(f"https://localhost:{port}/")
    async with httpx.AsyncClient(verify=trusting(pem)) as new:
        assert (await new.get(f"https://localhost:{port}/")).text == "none"


@pytest.mark.requirement("I10")
async def test_a_client_certificate_is_made_known_by_its_fingerprint(
    secured: tuple[int, Path, tuple[Path, Path]],
) -> None:
    port, pem, (client_pem, client_key) = secured
    context = trusting(pem)
    context.load_cert_chain(client_pem, client_key)
    expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert(client_pem.read_text("utf-8"))).hexdigest()

    async with httpx.AsyncClient(verify=context) as client:
        assert (await client.get(f"https://localhost:{port}/")).text == expected


class Wire:
    """What uvicorn makes for one request, with each write to its socket kept apart."""

    disconnected = False

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.transport: Any = self

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.transport.write(b"head ")
        elif message["body"]:
            self.transport.write(message["body"])


async def written(headers: list[tuple[bytes, bytes]], *parts: bytes) -> list[bytes]:
    """Return the writes in which an answer of some parts reaches the socket."""
    wire = Wire()

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": part is not parts[-1]})

    await Attentive(answer)({"type": "http"}, None, wire.send)
    return wire.writes


@pytest.mark.requirement("CFR-architecture-12")
async def test_the_head_of_an_answer_of_stated_length_leaves_with_its_body() -> None:
    assert await written([(b"content-length", b"8")], b"one ", b"two ") == [b"head one ", b"two "]


@pytest.mark.requirement("CFR-architecture-12")
async def test_the_head_leaves_though_there_is_no_body() -> None:
    assert await written([(b"content-length", b"8")], b"") == [b"head "]


@pytest.mark.requirement("CFR-architecture-12")
async def test_the_head_of_a_stream_does_not_wait_for_its_first_part() -> None:
    assert await written([], b"one ", b"two ") == [b"head ", b"one ", b"two "]
