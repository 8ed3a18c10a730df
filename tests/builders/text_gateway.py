"""A gateway for texts over HTTP on this machine that answers as a test wants it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class TextGateway:
    """What it received, and how it answers: `on_text` returns a status, or 0 to break the connection off."""

    port: int = 0
    calls: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    on_text: Callable[[], int] = lambda: 202
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the address as GOVSTACK_MESSAGING_SMS_HTTP_URL has it."""
        return f"http://127.0.0.1:{self.port}/texts"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each call of one connection."""
        self._writers.append(writer)
        with suppress(OSError, EOFError):
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in lines[1:] if one)}
                body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
                self.calls.append((lines[0].split(" ")[0], headers, body))
                status = self.on_text()
                if not status:
                    break
                writer.write(
                    f"HTTP/1.1 {status} Said\r\nlocation: /elsewhere\r\ncontent-length: 2\r\n\r\n{{}}".encode()
                )
        writer.transport.abort()


@asynccontextmanager
async def text_gateway() -> AsyncIterator[TextGateway]:
    """Run a gateway on a port of its own."""
    made = TextGateway()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for writer in made._writers:
            writer.transport.abort()
        await server.wait_closed()
