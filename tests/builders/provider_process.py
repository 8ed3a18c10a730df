"""A provider that runs as a process of its own: `python -m uvicorn tests.builders.provider_process:application`."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

CHUNK = b"0123456789abcdef" * 4_096
CHUNKS = 800
START_SECONDS_MAX = 20


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Count what comes (/people), pour out much (/large), or die half way through it (/people/die)."""
    if scope["type"] != "http":
        return
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"].endswith("/large") or scope["path"].endswith("/die"):
        length = b"%d" % (len(CHUNK) * CHUNKS)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        for number in range(CHUNKS):
            await send({"type": "http.response.body", "body": CHUNK, "more_body": True})
            if number == 40 and scope["path"].endswith("/die"):
                os._exit(1)
        await send({"type": "http.response.body", "body": b""})
        return
    content = b"%d" % size
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def provider_process() -> AsyncIterator[str]:
    """Run the provider beside this process; gives its origin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "uvicorn",
        f"{__name__}:application",
        f"--port={port}",
        "--log-level=critical",
        "--lifespan=off",
        cwd=Path(__file__).parents[2],
    )
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while not await _listens(port):
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
