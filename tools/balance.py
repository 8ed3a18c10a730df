"""One port before several processes: each request goes to the next of those that serve its first path segment.

For development and for tests of several processes on one machine. It is not hardened, knows no TLS and no limits: a
deployment uses a kept load balancer (see deploy/).
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from govstack.kernel import clock
from govstack.kernel.errors import Problem, Unavailable
from govstack.kernel.outgoing import Header, Outgoing, Patience
from govstack.kernel.upstream import Upstream

DOWN_SECONDS = 0.5
BODY_BYTES_HELD_MAX = 1_000_000
FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding", b"connection", b"keep-alive", b"te", b"upgrade"})
JSON: list[Header] = [(b"content-type", b"application/json; charset=utf-8")]


class Group:
    """The processes that serve one thing, taken in turn; one that refuses connections rests for a moment."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._turn = itertools.cycle(origins)
        self._size = len(origins)
        self._down_until: dict[str, float] = {}

    def candidates(self) -> Iterator[str]:
        """Return each process once, those that answered last time first."""
        order = [next(self._turn) for _ in range(self._size)]
        next(self._turn)  # so that the next request begins with another one
        now = clock.monotonic()
        yield from sorted(order, key=lambda origin: self._down_until.get(origin, 0.0) > now)

    def rest(self, origin: str) -> None:
        """Take that a process refused a connection."""
        self._down_until[origin] = clock.monotonic() + DOWN_SECONDS


class Balancer:
    """An ASGI application that passes requests on."""

    def __init__(self, groups: Mapping[str, Sequence[str]], *, home: str) -> None:
        self._groups = {name: Group(origins) for name, origins in groups.items()}
        self._home = self._groups[home]
        self._upstream = Upstream(lambda _: None)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass one request on, or end with the server."""
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._upstream.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        name = scope["path"][1:].partition("/")[0]
        try:
            await self._pass_on(scope, receive, send, self._groups.get(name, self._home))
        except Problem as problem:
            await send({"type": "http.response.start", "status": problem.status, "headers": JSON})
            await send({"type": "http.response.body", "body": b'{"code": "%s"}' % problem.code.encode()})

    async def _pass_on(self, scope: Mapping[str, Any], receive: Any, send: Any, group: Group) -> None:
        headers: list[Header] = [(name, value) for name, value in scope["headers"] if name not in FRAMING]
        given = dict(scope["headers"])
        length = int(given[b"content-length"]) if b"content-length" in given else None
        body: bytes | AsyncIterator[bytes] = b""
        if b"transfer-encoding" in given or (length is not None and length <= BODY_BYTES_HELD_MAX):
            body = b"".join([chunk async for chunk in _chunks(receive)])
            length = len(body)
        elif length is not None:
            body = _chunks(receive)
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        refused: Unavailable | None = None
        for origin in group.candidates():
            request = Outgoing(scope["method"], origin, target, headers, body, length)
            try:
                reply = await self._upstream.send(request, Patience(first_byte_seconds=130, total_seconds=140))
            except Unavailable as problem:
                # No connection, so nothing was sent: another process may have it.
                group.rest(origin)
                refused = problem
                continue
            answered = [
                (name, value) for name, value in reply.headers if name not in FRAMING or name == b"content-length"
            ]
            await send({"type": "http.response.start", "status": reply.status, "headers": answered})
            async for chunk in reply:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return
        raise refused or Unavailable()


async def _chunks(receive: Any) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
