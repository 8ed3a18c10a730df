"""The work of archiving, every hour."""

from __future__ import annotations

from govstack.blocks.messaging.archives import service
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

EVERY_SECONDS = 3_600.0


async def move_out(context: Context, _: Job) -> None:
    """Move what is over into files."""
    await service.move_out(context, by=SYSTEM)


TASKS = {"messaging.archive": Task(move_out, RetryPolicy(attempts_max=3), every_seconds=EVERY_SECONDS)}
