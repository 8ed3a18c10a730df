"""Counting and sampling at intervals."""

from __future__ import annotations

from govstack.blocks.mediator.monitoring import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

COUNT_SECONDS = 15.0
SAMPLE_SECONDS = 60.0
PACKAGES_SECONDS = 3_600.0
# The next round comes anyway.
ONCE = RetryPolicy(attempts_max=1)


async def count(context: Context, _: Job) -> None:
    """Add new answers to the figures."""
    await service.count(context)


async def sample(context: Context, _: Job) -> None:
    """Look at the machine."""
    await service.sample(context)


async def see_packages(context: Context, _: Job) -> None:
    """Look at the installed software."""
    await service.see_packages(context)


TASKS = {
    "mediator.count-answers": Task(count, ONCE, every_seconds=COUNT_SECONDS),
    "mediator.sample-environment": Task(sample, ONCE, every_seconds=SAMPLE_SECONDS),
    "mediator.see-packages": Task(see_packages, ONCE, every_seconds=PACKAGES_SECONDS),
}
