"""The HTTP server: uvicorn, TLS 1.3 where a certificate is given, client certificates made known to packages."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from govstack.kernel import log
from govstack.kernel.settings import PREFIX, Settings, SettingsError

KEEP_ALIVE_SECONDS = 20
# With the time to close what is open, an orderly stop stays below the 30 seconds that orchestrators grant.
DRAIN_SECONDS = 22
TICK_SECONDS = 1
CONNECTIONS_WAITING_MAX = 2_048
# Whoever holds a connection longer than an honest client on a poor line would, loses it.
HEAD_SECONDS_MAX = 20.0
HEAD_BYTES_MAX = 65_536
STALL_SECONDS_MAX = 60.0

Hook = Callable[[], None]


class _Timer:
    """Calls something once, unless it is stopped or started anew before."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        return self._handle is not None

    def start(self, seconds: float, call: Hook) -> None:
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(seconds, call)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class Protocol(HttpToolsProtocol):
    """Makes client certificates known as the ASGI TLS extension does, and waits for slow clients only so long.

    uvicorn itself waits without end for the head of a request, and for a client to take its answer.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection: its first request has to come."""
        self._head, self._stall = _Timer(), _Timer()
        self._in_head = True
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on; a head that grows beyond every limit is not waited for."""
        self._head_bytes += len(data)
        super().data_received(data)
        # The head of most requests comes in one piece: those need no timer.
        if self._in_head and not self._head.running:
            self._await_head()
        elif self._in_head and self._head_bytes > HEAD_BYTES_MAX:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True
        socket = self.transport.get_extra_info("ssl_object")
        certificate = socket.getpeercert(binary_form=True) if socket else None
        if certificate:
            tls: dict[object, object] = {"client_fingerprint": hashlib.sha256(certificate).hexdigest()}
            self.scope["extensions"] = {"tls": tls}

    def on_headers_complete(self) -> None:
        """Take that the head of a request has come."""
        self._in_head = False
        self._head.stop()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Take that the client lags behind with reading."""
        super().pause_writing()
        self._stall.start(STALL_SECONDS_MAX, self.transport.abort)

    def resume_writing(self) -> None:
        """Take that the client has caught up."""
        self._stall.stop()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, at last even one whose client never took the end of its answer."""
        super().timeout_keep_alive_handler()
        self._stall.start(STALL_SECONDS_MAX, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        super().connection_lost(exc)
        self._head.stop()
        self._stall.stop()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head.start(HEAD_SECONDS_MAX, self._refuse_slow_head)

    def _refuse_slow_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._await_head()  # an earlier request on this connection is still being answered
        else:
            self.transport.abort()


class _Joined:
    """Stands before a transport until the head of an answer can leave together with the first part of its body."""

    __slots__ = ("_held", "transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep what is to be sent."""
        self._held.append(data)

    def flush(self) -> None:
        """Send what was kept, at once."""
        held, self._held = self._held, []
        if held:
            self.transport.write(b"".join(held))

    def close(self) -> None:
        """Send what was kept, and close."""
        self.flush()
        self.transport.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self.transport.is_closing()


class Attentive:
    """Tells an application that its client is gone when it sends on, as ASGI 2.4 has it; uvicorn keeps that quiet.

    And sends the head of an answer of stated length with the first part of its body: uvicorn writes them apart, and a
    write to a socket costs about as much as the rest of a short answer.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass one request on; who makes an answer that nobody takes is stopped."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        cycle, joined = send.__self__, None

        async def send_on(message: Any) -> None:
            nonlocal joined
            if message["type"] == "http.response.start" and _states_length(message):
                joined = cycle.transport = _Joined(cycle.transport)
            await send(message)
            if joined is not None and message["type"] == "http.response.body":
                cycle.transport = joined.transport
                joined.flush()
                joined = None
            if cycle.disconnected:
                raise ConnectionResetError

        try:
            await self._application(scope, receive, send_on)
        except ConnectionResetError:
            if not cycle.disconnected:
                raise


def _states_length(message: Any) -> bool:
    return any(name == b"content-length" for name, _ in message["headers"])


class Certificate:
    """Our certificate and the authorities of callers; a renewed file is taken up without a restart."""

    def __init__(self, settings: Settings) -> None:
        self._chain, self._key = settings.text("TLS_CERTIFICATE"), settings.text("TLS_KEY")
        self._authorities = settings.text("TLS_CLIENT_CA")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Older versions are refused, not negotiated away (CFR security#1).
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            self._stamp = self._changed_at()
            self.context.load_cert_chain(self._chain, self._key)
            if self._authorities:
                self.context.load_verify_locations(self._authorities)
                self.context.verify_mode = ssl.CERT_OPTIONAL
        except OSError as error:
            names = ", ".join(f"{PREFIX}{name}" for name in ("TLS_CERTIFICATE", "TLS_KEY", "TLS_CLIENT_CA"))
            raise SettingsError(f"{names}: one of these files is missing or not what it should be.") from error

    def refresh(self) -> bool:
        """Load the files again when they changed; what cannot be used is logged, and the old ones stay."""
        try:
            stamp = self._changed_at()
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            # First on a trial basis: a half-written pair must not replace one that works.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._chain, self._key)
            self.context.load_cert_chain(self._chain, self._key)
        except OSError as error:
            log.logger("host").error("certificate.not_renewed", error=type(error).__name__)
            return False
        log.logger("host").info("certificate.renewed")
        return True

    def _changed_at(self) -> tuple[int, int]:
        return Path(self._chain).stat().st_mtime_ns, Path(self._key).stat().st_mtime_ns


class Server(uvicorn.Server):
    """uvicorn, with hooks at the moments that matter to us."""

    def __init__(self, config: uvicorn.Config, *, on_ready: Hook, on_stop: Hook) -> None:
        super().__init__(config)
        self._on_ready, self._on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that the end is near, then let what runs come to its end."""
        self._on_stop()
        await super().shutdown(sockets)

    def stop(self) -> None:
        """Begin the orderly stop."""
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; it is not raised again after the orderly stop, which counts as a success."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


def server(
    application: Any,
    settings: Settings,
    *,
    host: str,
    port: int,
    on_ready: Hook = lambda: None,
    on_tick: Hook = lambda: None,
    on_stop: Hook = lambda: None,
) -> Server:
    """Return a server for an application; its start and stop are the application's lifespan.

    `on_tick` is called about once a second for as long as the process serves.
    """
    certificate = Certificate(settings) if settings.text("TLS_CERTIFICATE") else None

    async def tick() -> None:
        if certificate is not None:
            certificate.refresh()
        on_tick()

    config = uvicorn.Config(
        Attentive(application),
        host=host,
        port=port,
        loop="uvloop",
        http=Protocol,
        lifespan="on",
        ws="none",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=CONNECTIONS_WAITING_MAX,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        callback_notify=tick,
        timeout_notify=TICK_SECONDS,
        ssl_context_factory=(lambda _config, _default: certificate.context) if certificate else None,
    )
    return Server(config, on_ready=on_ready, on_stop=on_stop)


def setting_at_fault(error: OSError) -> str:
    """Return the setting to change when an address cannot be listened on: another host, or another port."""
    is_host = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
    return f"{PREFIX}{'HOST' if is_host else 'PORT'}"


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that queues connections from now on; raises SettingsError when the address is not to be had."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(CONNECTIONS_WAITING_MAX)
    except OSError as error:
        made.close()
        other = setting_at_fault(error)
        raise SettingsError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Set {other} to another."
        ) from error
    made.setblocking(False)
    return made
