"""Messaging that runs as a process of its own: it accepts, sends, or both, until it is stopped or killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from govstack.blocks.messaging.manifest import MANIFEST
from govstack.kernel.databases import open_database
from govstack.kernel.job_runner import JobRunner
from tests.builders.messaging import messaging, sent, single, text
from tests.builders.running import Bench
from tests.databases import Databases

START_SECONDS_MAX = 30.0


async def accept_on(found: Bench, key: str, *, by: str) -> None:
    """Accept messages without end, and say each request's id once it is acknowledged."""
    number = 0
    while True:
        body = text(f"+4477{number:08}") if by == "sms" else single(f"p{number}@people.example.org")
        uid = await sent(found, key, body, by=by)
        sys.stdout.write(f"{uid}\n")
        sys.stdout.flush()
        number += 1


async def main(duties: str, key: str, url: str, prefix: str, smtp: str, smpp: str) -> None:
    """Do what is asked until the end of standard input."""
    database = open_database(url, MANIFEST.name, synchronous="FULL", schema_prefix=prefix)
    found = messaging(database, SMTP_URL=smtp, SMPP_URL=smpp)
    handlers = {kind: partial(task.handler, found.context) for kind, task in MANIFEST.tasks.items()}
    policies = {kind: task.policy for kind, task in MANIFEST.tasks.items()}
    runner = JobRunner(database, handlers, policies, lease_seconds=1.0)
    tasks = [asyncio.create_task(runner.run())] if "send" in duties else []
    if "accept" in duties:
        tasks.append(asyncio.create_task(accept_on(found, key, by="sms" if smpp else "email")))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()


@asynccontextmanager
async def messaging_process(
    duties: str, databases: Databases, key: str, smtp: str = "", *, smpp: str = ""
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run messaging beside this process; it is gone when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, duties, key, databases.url, databases.prefix, smtp, smpp,
        cwd=Path(__file__).parents[2], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
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
    asyncio.run(main(*sys.argv[1:]))
