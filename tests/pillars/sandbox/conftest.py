"""The demo country in one process, composed as the host composes it, in an empty folder and with few people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from govstack.host import compose
from govstack.host.run import Process
from govstack.kernel.context import Context
from govstack.kernel.settings import load

PEOPLE = 30
ADDRESS = "http://127.0.0.1:8000"


@asynccontextmanager
async def composed(folder: Path, **more: str) -> AsyncIterator[Process]:
    """All blocks and the sandbox, open and at work on databases of their own; nothing listens, nothing is seeded.

    Further settings come by name.
    """
    manifests = compose.packages()
    settings = load(
        {},
        extra=[setting for manifest in manifests for setting in manifest.settings],
        packages=[manifest.name for manifest in manifests],
    )
    brought = {
        name: value for one in manifests if one.sandbox_settings for name, value in one.sandbox_settings().items()
    }
    here = {"DATA_DIR": str(folder), "SQLITE_SYNCHRONOUS": "OFF", "RATE_PER_SECOND": "0", "PEOPLE": str(PEOPLE), **more}
    process = Process(settings.changed(**brought, **here), manifests, ADDRESS)
    try:
        await process.open()
        await process.work()
        yield process
    finally:
        await process.close()


def context_of(process: Process, package: str) -> Context:
    """Return the context of one package of the process."""
    return next(one.context for one in process.running if one.manifest.name == package)


async def seed(process: Process) -> None:
    """Seed as the command line does."""
    for one in process.running:
        if one.manifest.seed is not None:
            await one.manifest.seed(one.context)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demonstration(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """The seeded country; the tests of a module share it, so each works with people of its own."""
    async with composed(tmp_path_factory.mktemp("country")) as process:
        await seed(process)
        yield process


@pytest.fixture(scope="module")
def sandbox(demonstration: Process) -> Context:
    """The sandbox's context in the seeded country."""
    return context_of(demonstration, "sandbox")
