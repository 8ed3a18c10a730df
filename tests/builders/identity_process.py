"""Identity in a process of its own, which is killed just before it commits one of its transactions."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.model import State
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.databases import open_database
from govstack.kernel.db import Database, Transaction
from govstack.kernel.job_runner import JobRunner
from tests.builders.running import Bench, bench
from tests.databases import Databases

START_SECONDS_MAX = 60.0
KILLED, DONE = "killed", "done"
PRODUCER = Actor("person", "officer-1", scopes=frozenset({credentials.PRODUCE}))


async def post(found: Bench, given: dict[str, Any]) -> None:
    """Send a form as a browser or a client does; nobody hears the answer."""
    client = found.client()
    for name, value in given["cookies"].items():
        client.cookies.set(name, value)
    await client.post(given["path"], data=given["form"])


async def work(found: Bench, given: dict[str, Any]) -> None:
    """Do the durable work that is due."""
    handlers = {kind: partial(task.handler, found.context) for kind, task in MANIFEST.tasks.items()}
    await JobRunner(found.context.database, handlers).run_due()


async def rotate(found: Bench, given: dict[str, Any]) -> None:
    """Put a new key in the place of the one that signs."""
    await keys.rotate(found.context, by=SYSTEM)


async def prepare(found: Bench, given: dict[str, Any]) -> None:
    """Look whether a key is due."""
    await keys.prepare(found.context)


async def produce(found: Bench, given: dict[str, Any]) -> None:
    """Say that a card was produced."""
    await credentials.step(found.context, by=PRODUCER, credential_id=given["credential"], state=State.PRODUCED)


async def block(found: Bench, given: dict[str, Any]) -> None:
    """Block somebody."""
    await people.block(found.context, by=SYSTEM, person_id=given["person"], reason="reported")


WORKS: dict[str, Callable[[Bench, dict[str, Any]], Awaitable[None]]] = {
    one.__name__: one for one in (post, work, rotate, prepare, produce, block)
}


def die_before_commit(database: Database, number: int) -> None:
    """Let this process be killed when all is written that a transaction writes, and nothing of it is committed."""
    begin, left = database.transaction, number

    @asynccontextmanager
    async def counted() -> AsyncIterator[Transaction]:
        nonlocal left
        async with begin() as tx:
            yield tx
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    database.transaction = counted  # type: ignore[method-assign]


async def child(url: str, prefix: str, asked: dict[str, Any]) -> None:
    """Do one piece of work, up to a commit."""
    database = open_database(url, MANIFEST.name, synchronous="FULL", schema_prefix=prefix)
    die_before_commit(database, asked["commit"])
    await WORKS[asked["work"]](bench(MANIFEST, database, own_issuer=True), asked["given"])


def main(url: str, prefix: str) -> None:
    """Do each piece of work that is asked for in a process of its own, and say how that ended."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        process_id = os.fork()
        if not process_id:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is logged is no answer
            asyncio.run(child(url, prefix, json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(process_id, 0)
        was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(f"{KILLED if was_killed else DONE if status == 0 else 'failed'}\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class Mortal:
    """A way to have work done in processes that are killed."""

    process: asyncio.subprocess.Process

    async def dies(self, work: str, *, commit: int, **given: Any) -> bool:
        """Have a process do work and be killed before a commit, counted from 1; false when it came to its end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"work": work, "commit": commit, "given": given}
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        await self.process.stdin.drain()
        async with asyncio.timeout(START_SECONDS_MAX):
            said = (await self.process.stdout.readline()).decode().strip()
        assert said in {KILLED, DONE}
        return said == KILLED


@asynccontextmanager
async def mortal(databases: Databases) -> AsyncIterator[Mortal]:
    """Start what starts the processes; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, databases.url, databases.prefix,
        cwd=Path(__file__).parents[2], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS_MAX):
            assert await process.stdout.readline() == b"ready\n"
        yield Mortal(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
