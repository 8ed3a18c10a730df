"""A mediator that runs as a process of its own: it publishes, pushes, or both, until it is stopped or killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from govstack.blocks.mediator.delivery.tasks import Dispatcher
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.publishing import service as publishing
from govstack.blocks.mediator.publishing.service import Publication
from govstack.kernel.actor import Actor
from govstack.kernel.databases import open_database
from tests.builders.pubsub import ADDRESS, PUBLISHER, TYPE
from tests.builders.running import Bench, bench
from tests.databases import Databases

AT_ONCE = 8
START_SECONDS_MAX = 30.0


def mediator_at(url: str, prefix: str, folder: str) -> Bench:
    """Open the mediator of another process; the databases are those it works on."""
    database = open_database(url, MANIFEST.name, synchronous="FULL", schema_prefix=prefix)
    return bench(MANIFEST, database, DATA_DIR=folder, MEDIATOR_ALLOWED_HOSTS="127.0.0.1", MEDIATOR_PUSH_ATTEMPTS="50")


async def publish_on(found: Bench) -> None:
    """Publish without end, several at once, and say each id once it is acknowledged."""
    publisher = Actor("application", PUBLISHER, application=PUBLISHER)

    async def one(first: int) -> None:
        number = first
        while True:
            publication = Publication(TYPE, b'{"number": %d}' % number)
            event_id = await publishing.publish(found.context, by=publisher, address=ADDRESS, publication=publication)
            sys.stdout.write(f"{event_id}\n")
            sys.stdout.flush()
            number += AT_ONCE

    await asyncio.gather(*(one(first) for first in range(AT_ONCE)))


async def main(duties: str, lease_seconds: float, url: str, prefix: str, folder: str) -> None:
    """Do what is asked until the end of standard input."""
    found = mediator_at(url, prefix, folder)
    worker = Dispatcher(found.context, lease_seconds=lease_seconds)
    if "push" in duties:
        worker.start()
    publishing_on = asyncio.create_task(publish_on(found)) if "publish" in duties else None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    if publishing_on is not None:
        publishing_on.cancel()
    await worker.stop()


@asynccontextmanager
async def mediator_process(
    duties: str, databases: Databases, folder: Path, *, lease_seconds: float = 60.0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a mediator beside this process; it is gone when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        duties,
        str(lease_seconds),
        databases.url,
        databases.prefix,
        str(folder),
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS_MAX):
            assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), *sys.argv[3:]))
