"""Urgent kinds of work have hands of their own, so that no flood of other work holds them up (ADR 0016)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from govstack.host.compose import packages
from govstack.host.run import Process
from govstack.kernel import jobs
from govstack.kernel.context import Context
from govstack.kernel.job_runner import CONCURRENCY
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Manifest, Task
from govstack.kernel.routing import Routes
from govstack.kernel.settings import load

ORDINARY = 3 * CONCURRENCY


@pytest.mark.requirement("MSG-34")
async def test_an_urgent_job_is_done_while_ordinary_ones_hold_all_hands(tmp_path: Path) -> None:
    release, done, begun = asyncio.Event(), asyncio.Event(), []

    async def slow(_: Context, job: Job) -> None:
        begun.append(job.id)
        await release.wait()

    async def urgent(_: Context, __: Job) -> None:
        done.set()

    tasks = {"slow": Task(slow), "now": Task(urgent, urgent=True)}
    manifest = Manifest("sample", "block", "Sample", "1", tmp_path, Routes(), tasks=tasks)
    settings = load({"GOVSTACK_DATA_DIR": str(tmp_path)}, packages=["sample"])
    process = Process(settings, [manifest], "http://127.0.0.1:8150")
    await process.open()
    await process.work()
    database = process.running[0].context.database
    async with database.transaction() as tx:
        await jobs.enqueue_many(tx, "slow", ({"number": number} for number in range(ORDINARY)))
    async with asyncio.timeout(10):
        while len(begun) < CONCURRENCY:
            await asyncio.sleep(0.01)
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "now", {})
        await done.wait()

    assert len(begun) == CONCURRENCY
    release.set()
    await process.close()


def test_only_emergencies_and_codes_that_somebody_waits_for_are_urgent() -> None:
    urgent = {kind for manifest in packages() for kind, task in manifest.tasks.items() if task.urgent}

    assert urgent == {"messaging.send_emergency", "identity.send-code"}
