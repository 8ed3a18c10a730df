"""Housekeeping of the message log."""

from __future__ import annotations

from govstack.blocks.mediator.evidence import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

FORGET_SECONDS = 3_600.0


async def forget_payloads(context: Context, _: Job) -> None:
    """Delete the payloads whose time is over."""
    await service.forget_payloads(context)


TASKS = {"mediator.forget-payloads": Task(forget_payloads, RetryPolicy(attempts_max=3), every_seconds=FORGET_SECONDS)}
