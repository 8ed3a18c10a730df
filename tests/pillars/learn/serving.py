"""The pillar on a port, for a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from govstack.host import compose
from tests.builders import running
from tests.builders.learning import Learn, learn
from tests.databases import Databases

STARTED_SECONDS_MAX = 10


@asynccontextmanager
async def served(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, port: int, **settings: str
) -> AsyncIterator[tuple[Learn, str]]:
    """Serve the pillar on a port, for a browser; tells its address."""
    origin = f"http://127.0.0.1:{port}"
    monkeypatch.setattr(running, "ORIGIN", origin)
    pillar = await learn(databases, **settings)
    application = pillar.bench.running.application
    root = compose.Root({"learn": application}, application)
    config = uvicorn.Config(root, port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(STARTED_SECONDS_MAX):
            while not server.started:
                await asyncio.sleep(0.05)
        yield pillar, origin
    finally:
        server.should_exit = True
        await serving
