"""What is sent to a provider and what comes back: a request of known length, and an answer read chunk by chunk."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from msgspec import Struct

from govstack.kernel.errors import BadGateway, BadRequest, GatewayTimeout, Problem

BUFFERED_BYTES_MAX = 262_144
NO_TIME = "The provider did not answer in time. Try again later."
CUT_OFF = "The provider's answer broke off."

ASGIApp = Callable[..., Awaitable[None]]
Header = tuple[bytes, bytes]
_METHOD = re.compile(r"[A-Z][A-Z0-9_-]{0,31}")
_TARGET = re.compile(rb"/[\x21-\x22\x24-\x7e]*")
_NAMES = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]*")
_FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding"})
_LINE_BREAKS = re.compile(rb"[\x00\r\n]")


class Patience(Struct, frozen=True):
    """How long to wait for a connection, for the head of the answer once all was sent, and for everything together."""

    connect_seconds: float = 5.0
    first_byte_seconds: float = 30.0
    total_seconds: float = 60.0


class Outgoing(Struct, frozen=True):
    """A request as it leaves: lower-case header names, `target` as path and query on the wire, a body of known length.

    `headers` hold neither host nor framing, which follow from `origin` and the body. No `length` means no body.
    `avoid` tells of an IP address that it must not be connected to, whatever name led there.
    """

    method: str
    origin: str
    target: bytes
    headers: list[Header] = []
    body: bytes | AsyncIterator[bytes] = b""
    length: int | None = None
    avoid: Callable[[str], bool] | None = None

    def refuse_unsafe(self) -> None:
        """Raise BadRequest for anything that could be read as a second request or another header."""
        if _LINE_BREAKS.search(b"".join([value for _, value in self.headers])):
            raise BadRequest("A header holds a line break or a NUL character.")
        if _METHOD.fullmatch(self.method) is None or _TARGET.fullmatch(self.target) is None:
            raise BadRequest("The method or the address holds characters that HTTP does not allow.")
        names = [name for name, _ in self.headers]
        if not all(names) or not _NAMES.fullmatch(b"".join(names)) or not _FRAMING.isdisjoint(names):
            raise BadRequest("The name of a header is not one that can be passed on.")

    def framing(self) -> list[Header]:
        """Return the header that says how long the body is; without a body there is none."""
        return [] if self.length is None else [(b"content-length", b"%d" % self.length)]

    def head(self, host: bytes) -> bytes:
        """Return the head as HTTP/1.1 writes it."""
        lines = [b"%s %s HTTP/1.1\r\nhost: %s\r\n" % (self.method.encode("ascii"), self.target, host)]
        lines += [b"%s: %s\r\n" % pair for pair in (*self.headers, *self.framing())]
        lines.append(b"\r\n")
        return b"".join(lines)


class Reply:
    """A provider's answer: its status and headers at once, its body chunk by chunk as fast as it is taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: Patience) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.head: asyncio.Future[None] = loop.create_future()
        self.finished = False
        self.stop: Callable[[], object] = _nothing
        self.on_room: Callable[[], object] = _nothing
        self._loop = loop
        self._patience = patience
        self._deadline = self._expires_at = loop.time() + patience.total_seconds
        self._timer = loop.call_at(self._deadline, self._expire)
        self._chunks: deque[bytes] = deque()
        self._held_bytes = 0
        self._failure: Problem | None = None
        self._waiting: asyncio.Future[None] | None = None

    @property
    def full(self) -> bool:
        """Tell whether the reader lags so far behind that the sender must pause."""
        return self._held_bytes > BUFFERED_BYTES_MAX

    def await_head(self) -> None:
        """Take that all was sent: from here on the provider has its time for the first byte."""
        if not self.head.done() and self._patience.first_byte_seconds < self._patience.total_seconds:
            self._expire_at(min(self._loop.time() + self._patience.first_byte_seconds, self._deadline))

    def begin(self, status: int, headers: list[Header]) -> None:
        """Take the head of the answer."""
        self.status, self.headers = status, headers
        if not self.head.done():
            self.head.set_result(None)
            self._expire_at(self._deadline)

    def feed(self, chunk: bytes) -> None:
        """Take a part of the body."""
        self._chunks.append(chunk)
        self._held_bytes += len(chunk)
        self._wake()

    def finish(self) -> None:
        """Take the end of the body."""
        self.finished = True
        self._settle()

    def fail(self, problem: Problem) -> None:
        """Take that no more will come."""
        if self.finished or self._failure is not None:
            return
        self._failure = problem
        if not self.head.done():
            self.head.set_exception(problem)
            self.head.exception()  # seen: nobody needs to be told when nobody waits any more
        self._settle()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._chunks:
            if self._failure is not None:
                raise self._failure
            if self.finished:
                raise StopAsyncIteration
            self._waiting = self._loop.create_future()
            await self._waiting
        was_full = self.full
        chunk = self._chunks.popleft()
        self._held_bytes -= len(chunk)
        if was_full and not self.full:
            self.on_room()
        return chunk

    def close(self) -> None:
        """Let go of an answer, read to its end or not."""
        if not self.finished:
            self.fail(BadGateway(CUT_OFF))
            self.stop()

    def _expire_at(self, moment: float) -> None:
        if moment != self._expires_at:
            self._timer.cancel()
            self._expires_at, self._timer = moment, self._loop.call_at(moment, self._expire)

    def _expire(self) -> None:
        self.fail(GatewayTimeout(NO_TIME))
        self.stop()

    def _settle(self) -> None:
        self._timer.cancel()
        if self.finished:
            self.stop = self.on_room = _nothing
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def _nothing() -> None:
    """Do nothing: a hook that nobody set."""
