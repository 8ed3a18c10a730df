"""The way to other systems: streamed HTTP/1.1 over kept connections, or ASGI where they run in this process."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import httptools

from govstack.kernel import log
from govstack.kernel.errors import BadGateway, Forbidden, GatewayTimeout, Unavailable
from govstack.kernel.outgoing import CUT_OFF, NO_TIME, ASGIApp, Header, Outgoing, Patience, Reply

CONNECTIONS_PER_ORIGIN_MAX = 256
HEAD_BYTES_MAX = 65_536
HEADERS_MAX = 200
INFORMATIONAL_MAX = 8
# Common servers drop a silent connection after five seconds. A request that may be repeated can find out; one that may
# not is sent only where the last answer is fresh.
KEPT_SECONDS_MAX = 4.0
KEPT_SECONDS_MAX_UNREPEATABLE = 1.0
REPEATABLE = frozenset({"GET", "HEAD"})

NO_ADDRESS = "The address of the provider is not one that can be called."
NO_CONNECTION = "The provider cannot be reached right now. Try again later."
LEADS_INSIDE = "The address leads into a private network."
NO_ROOM = "Too many requests wait for this provider. Try again later."
MALFORMED = "The provider's answer is not valid HTTP."
CLOSED = "The provider closed the connection without an answer. Whether it did what was asked is not known."


class _Closed(Exception):
    """A kept connection had been closed before the answer began."""


class _Origin:
    """The connections to one origin: some busy, each with a slot, some kept for the next request."""

    __slots__ = ("host", "idle", "name", "open", "port", "secure", "slots")

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or "@" in parts.netloc:
            raise Unavailable(NO_ADDRESS)
        self.secure = parts.scheme == "https"
        self.host, self.port = parts.hostname, parts.port or (443 if self.secure else 80)
        self.name = parts.netloc.encode("idna" if not parts.netloc.isascii() else "ascii")
        self.slots = asyncio.Semaphore(CONNECTIONS_PER_ORIGIN_MAX)
        self.idle: list[_Connection] = []
        self.open: set[_Connection] = set()

    def kept(self, since: float) -> _Connection | None:
        """Return the connection used last if it was used since then, for any other is likely closed at the far end."""
        while self.idle:
            connection = self.idle.pop()
            if connection.kept_since >= since and not connection.closed:
                return connection
            connection.abort()
        return None

    def give_back(self, connection: _Connection) -> None:
        """Keep a connection whose answer is complete."""
        self.slots.release()
        self.idle.append(connection)

    def lose(self, connection: _Connection, *, busy: bool) -> None:
        """Forget a connection that is closed."""
        self.open.discard(connection)
        if busy:
            self.slots.release()
        elif connection in self.idle:
            self.idle.remove(connection)


class _Parsing:
    """Reads one answer from the bytes of a connection; an exception in here means that the answer is not believed."""

    def __init__(self, reply: Reply, *, method: str) -> None:
        self.reply = reply
        self.head_complete = self.complete = self.surplus = self.keep = self.until_close = False
        self._bodiless = method == "HEAD"
        self._headers: list[Header] = []
        self._head_bytes = self._informational = 0
        self._parser = httptools.HttpResponseParser(self)

    @property
    def begun(self) -> bool:
        """Tell whether any byte has come."""
        return self._head_bytes > 0

    def feed(self, data: bytes) -> None:
        """Read on; raises an error of httptools for what is not one valid answer."""
        if not self.head_complete:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX and b"\n\r\n" not in data:
                raise httptools.HttpParserError
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.surplus = self.complete

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.lower(), value))
        if len(self._headers) > HEADERS_MAX:
            raise ValueError(name)

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self._informational += 1
            if status == 101 or self._informational > INFORMATIONAL_MAX:
                raise ValueError(status)
            return
        lengths = [value for name, value in self._headers if name == b"content-length"]
        codings = [value.lower() for name, value in self._headers if name == b"transfer-encoding"]
        if len(lengths) > 1 or (codings and (lengths or codings != [b"chunked"])):
            # Two readers could disagree where this answer ends (RFC 9112 section 6.3): believe neither.
            raise ValueError(status)
        self.head_complete = True
        self.until_close = not (lengths or codings or self._bodiless or status in {204, 304})
        self.reply.begin(status, self._headers)
        if self._bodiless:
            self.on_message_complete()

    def on_body(self, chunk: bytes) -> None:
        if self.complete:
            self.surplus = True
        else:
            self.reply.feed(chunk)

    def on_message_complete(self) -> None:
        if not self.head_complete:  # it was an informational one
            self._headers = []
        elif not self.complete:
            self.keep = self._parser.should_keep_alive() and not self.until_close
            self.complete = True


class _Connection(asyncio.Protocol):
    """One connection to a provider, one request at a time; whatever does not fit the request closes it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, origin: _Origin) -> None:
        self.kept_since = 0.0
        self.closed = False
        self.number = ""
        self._loop = loop
        self._origin = origin
        self._transport: Any = None
        self._parsing: _Parsing | None = None
        self._writable: asyncio.Future[None] | None = None
        self._busy = True
        self._all_sent = self._used = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.number = str((transport.get_extra_info("peername") or ("",))[0])
        self._origin.open.add(self)

    def data_received(self, data: bytes) -> None:
        parsing = self._parsing
        if parsing is None:
            # Nobody has asked: an answer too many must not become the answer to the next request.
            self.abort()
            return
        try:
            parsing.feed(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            parsing.reply.fail(BadGateway(MALFORMED))
            self.abort()
            return
        if parsing.complete:
            self._end(parsing)
        elif parsing.reply.full:
            self._transport.pause_reading()

    def eof_received(self) -> None:
        if self._parsing is not None and self._parsing.until_close:
            self._end(self._parsing)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self.resume_writing()
        parsing, self._parsing = self._parsing, None
        if parsing is not None:
            parsing.reply.fail(BadGateway(CUT_OFF if parsing.begun else CLOSED))
        self._origin.lose(self, busy=self._busy)

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    async def ask(self, request: Outgoing, head: bytes, patience: Patience) -> Reply:
        """Send a request and return the answer once its head is here; raises _Closed or a Problem."""
        reply = Reply(self._loop, patience)
        reply.stop, reply.on_room = self.abort, self._resume
        parsing = self._parsing = _Parsing(reply, method=request.method)
        used, self._used = self._used, True
        self._busy, self._all_sent = True, False
        try:
            if isinstance(request.body, bytes):
                self._transport.write(head + request.body)
            else:
                self._transport.write(head)
                await self._stream(request.body, reply)
            self._all_sent = True
            reply.await_head()
            await reply.head
        except BadGateway:
            if used and not parsing.begun:
                raise _Closed from None
            raise
        except BaseException:
            reply.close()
            raise
        return reply

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _resume(self) -> None:
        if not self.closed:
            self._transport.resume_reading()

    async def _stream(self, body: AsyncIterator[bytes], reply: Reply) -> None:
        async for chunk in body:
            if reply.head.done() or self.closed:
                # The provider answers, or is gone, before it has read all: the rest is not wanted.
                return
            self._transport.write(chunk)
            if self._writable is not None:
                await asyncio.wait((self._writable, reply.head), return_when=asyncio.FIRST_COMPLETED)

    def _end(self, parsing: _Parsing) -> None:
        self._parsing = None
        parsing.reply.finish()
        if parsing.keep and self._all_sent and not parsing.surplus:
            self._busy = False
            self.kept_since = self._loop.time()
            self._origin.give_back(self)
        else:
            self.abort()


class _Inside:
    """One request to an application of this process, by the same rules as over a connection."""

    def __init__(self, application: ASGIApp, request: Outgoing, reply: Reply) -> None:
        self._application, self._request, self._reply = application, request, reply
        self._bodiless = request.method == "HEAD"
        self._all_sent = False
        # Made when somebody waits for them, which is seldom.
        self._answered: asyncio.Event | None = None
        self._room: asyncio.Event | None = None

    async def run(self) -> None:
        """Run the application; an answer that it does not finish is one that broke off."""
        request, reply = self._request, self._reply
        path, _, query = request.target.partition(b"?")
        scheme, host, server = _parts(request.origin)
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": request.method, "scheme": scheme, "path": unquote(path.decode("ascii")), "raw_path": path,
            "query_string": query, "root_path": "", "client": ("127.0.0.1", 0),
            "server": server, "headers": [(b"host", host), *request.headers, *request.framing()],
        }  # fmt: skip
        try:
            await self._application(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - the application's fault is a broken answer to whoever asked it
            log.logger("kernel").error("upstream.application_failed", error=type(error).__name__, at=log.place(error))
        finally:
            reply.fail(BadGateway(CUT_OFF if reply.status else CLOSED))

    async def _receive(self) -> dict[str, Any]:
        if self._all_sent:
            if not self._reply.finished:
                self._answered = asyncio.Event()
                await self._answered.wait()
            return {"type": "http.disconnect"}
        body = self._request.body
        chunk = body if isinstance(body, bytes) else await anext(body, b"")
        self._all_sent = isinstance(body, bytes) or not chunk
        return {"type": "http.request", "body": chunk, "more_body": not self._all_sent}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        reply = self._reply
        if message["type"] == "http.response.start":
            headers = [(bytes(name).lower(), bytes(value)) for name, value in message.get("headers", ())]
            if len(headers) > HEADERS_MAX or sum(len(name) + len(value) for name, value in headers) > HEAD_BYTES_MAX:
                raise ValueError("headers")
            self._bodiless = self._bodiless or message["status"] in {204, 304}
            reply.begin(message["status"], headers)
        elif message["type"] == "http.response.body":
            if message.get("body") and not self._bodiless:
                reply.feed(message["body"])
            if not message.get("more_body"):
                reply.finish()
                if self._answered is not None:
                    self._answered.set()
            elif reply.full:
                self._room = asyncio.Event()
                reply.on_room = self._room.set
                await self._room.wait()


class Upstream:
    """Sends requests to providers: to applications of this process directly, to others over kept connections.

    It follows no redirects, believes no proxy settings and repeats nothing but a GET or HEAD that met a connection
    which had been closed while it was idle.
    """

    def __init__(
        self, local: Callable[[str], ASGIApp | None], *, tls: Callable[[], ssl.SSLContext] | None = None
    ) -> None:
        self._local = local
        self._make_tls = tls or tls_context
        self._tls: ssl.SSLContext | None = None
        self._origins: dict[str, _Origin] = {}

    async def send(self, request: Outgoing, patience: Patience) -> Reply:
        """Return the answer once its head is here; raises Unavailable, GatewayTimeout or BadGateway when none comes.

        Raises BadRequest for what cannot be sent, and Forbidden where the name leads to an address to be avoided.
        """
        request.refuse_unsafe()
        application = self._local(request.origin + request.target.decode("ascii"))
        if application is not None:
            return await self._ask_inside(application, request, patience)
        origin = self._origins.get(request.origin)
        if origin is None:
            origin = self._origins[request.origin] = _Origin(request.origin)
        head = request.head(origin.name)
        for fresh in (False, True):
            connection = await self._connection(origin, request, patience, fresh=fresh)
            try:
                return await connection.ask(request, head, patience)
            except _Closed:
                if request.method not in REPEATABLE or not isinstance(request.body, bytes):
                    break
        raise BadGateway(CLOSED)

    async def close(self) -> None:
        """Close every connection, the busy ones too."""
        for origin in self._origins.values():
            for connection in list(origin.open):
                connection.abort()
        self._origins.clear()
        await asyncio.sleep(0)

    async def _connection(self, origin: _Origin, request: Outgoing, patience: Patience, *, fresh: bool) -> _Connection:
        try:
            if origin.slots.locked():
                async with asyncio.timeout(patience.connect_seconds):
                    await origin.slots.acquire()
            else:  # for nearly every request
                await origin.slots.acquire()
        except TimeoutError as error:
            raise Unavailable(NO_ROOM) from error
        loop = asyncio.get_running_loop()
        age_max = KEPT_SECONDS_MAX if request.method in REPEATABLE else KEPT_SECONDS_MAX_UNREPEATABLE
        connection = None if fresh else origin.kept(loop.time() - age_max)
        try:
            if connection is None:
                async with asyncio.timeout(patience.connect_seconds):
                    return await self._connected(loop, origin, request)
            if request.avoid is not None and request.avoid(connection.number):
                connection.abort()
                raise Forbidden(LEADS_INSIDE)
        except BaseException as error:
            origin.slots.release()
            if isinstance(error, TimeoutError):
                raise GatewayTimeout(NO_TIME) from error
            if isinstance(error, OSError):
                raise Unavailable(NO_CONNECTION) from error
            raise
        return connection

    async def _connected(self, loop: asyncio.AbstractEventLoop, origin: _Origin, request: Outgoing) -> _Connection:
        hosts = [origin.host]
        if request.avoid is not None:
            # Looked up here, so that nobody asks again where the name leads.
            found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
            hosts = list(dict.fromkeys(str(one[4][0]) for one in found))
            if any(request.avoid(number) for number in hosts):
                raise Forbidden(LEADS_INSIDE)
        if origin.secure and self._tls is None:
            self._tls = self._make_tls()
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": origin.host} if origin.secure else {}
        for number, host in enumerate(hosts, start=1):
            try:
                _, made = await loop.create_connection(lambda: _Connection(loop, origin), host, origin.port, **tls)
            except OSError:
                if number == len(hosts):
                    raise
            else:
                return made
        raise Unavailable(NO_CONNECTION)

    @staticmethod
    async def _ask_inside(application: ASGIApp, request: Outgoing, patience: Patience) -> Reply:
        loop = asyncio.get_running_loop()
        reply = Reply(loop, patience)
        reply.stop = loop.create_task(_Inside(application, request, reply).run()).cancel
        reply.await_head()
        try:
            await reply.head
        except BaseException:
            reply.close()
            raise
        return reply


@lru_cache(maxsize=1_000)
def _parts(origin: str) -> tuple[str, bytes, tuple[str | None, int | None]]:
    parts = urlsplit(origin)
    return parts.scheme, parts.netloc.encode(), (parts.hostname, parts.port)


def tls_context(*, authorities: str = "", certificate: str = "", key: str = "") -> ssl.SSLContext:
    """Return the TLS 1.3 settings to call providers with: whom to trust, and our own client certificate (PEM files)."""
    context = ssl.create_default_context(cafile=authorities or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if certificate:
        context.load_cert_chain(certificate, key or None)
    return context
