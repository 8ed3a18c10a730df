"""A wire to a server that a test can cut, leave hanging, and mend: what outages look like from the client's side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class Proxy:
    """Passes bytes on to a server as long as it may."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._passing = asyncio.Event()
        self._port = 0

    @property
    def url(self) -> str:
        """Return the address of the server by way of this proxy."""
        user, at, _ = self._parts.netloc.rpartition("@")
        return urlunsplit(self._parts._replace(netloc=f"{user}{at}127.0.0.1:{self._port}"))

    async def mend(self) -> None:
        """Accept connections, on the same port as before, and pass everything on."""
        self._passing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=CHUNK_BYTES)
            self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection and refuse new ones, as a server that is gone does."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.break_connections()

    async def break_connections(self) -> None:
        """Break every connection; new ones are accepted."""
        ended = list(self._open.values())
        for writer, task in list(self._open.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def hang(self) -> None:
        """Pass nothing on while every connection stays open, as a host that lost its power does."""
        self._passing.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        far: asyncio.StreamWriter | None = None
        try:
            assert self._parts.hostname is not None
            answers, far = await asyncio.open_connection(self._parts.hostname, self._parts.port)
            both = {asyncio.create_task(self._pass(reader, far)), asyncio.create_task(self._pass(answers, writer))}
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
        except asyncio.CancelledError:
            pass  # asyncio's server would report it as an error of its own
        finally:
            self._open.pop(writer, None)
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    """Stand before a server for as long as the block lasts."""
    proxy = Proxy(url)
    await proxy.mend()
    try:
        yield proxy
    finally:
        await proxy.cut()
