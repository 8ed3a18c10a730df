"""What badges do by themselves: end when their time is over."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task
from govstack.pillars.learn.learning.badges import service

EXPIRE_SECONDS = 3_600.0


async def expire(context: Context, _: Job) -> None:
    """Write down of badges whose end has come that it did."""
    await service.expire(context)


TASKS = {"learn.badges.expire": Task(expire, every_seconds=EXPIRE_SECONDS)}
