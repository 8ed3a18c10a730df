"""Durable work of signing keys: look every hour whether the next one is due."""

from __future__ import annotations

from govstack.blocks.identity.keys import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task


async def prepare(context: Context, job: Job) -> None:
    """Make the next key when its time has come."""
    await service.prepare(context)


TASKS = {"identity.keys": Task(prepare, every_seconds=3_600)}
