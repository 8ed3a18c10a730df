"""Housekeeping of people's messages."""

from __future__ import annotations

from govstack.blocks.messaging.notices import service
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

TIDY_SECONDS = 300.0


async def tidy(context: Context, _: Job) -> None:
    """Erase messages whose days are over."""
    await service.tidy(context, by=SYSTEM)


TASKS = {"messaging.tidy-notices": Task(tidy, RetryPolicy(attempts_max=3), every_seconds=TIDY_SECONDS)}
