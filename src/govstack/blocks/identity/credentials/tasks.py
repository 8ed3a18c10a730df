"""Durable work of credentials: write down which have ended by their date."""

from __future__ import annotations

from govstack.blocks.identity.credentials import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task

EXPIRE = "identity.expire-credentials"
EVERY_SECONDS = 600.0


async def expire(context: Context, _: Job) -> None:
    """Let credentials end whose date has passed."""
    while await service.expire(context) == service.EXPIRED_AT_ONCE_MAX:
        continue


TASKS = {EXPIRE: Task(expire, every_seconds=EVERY_SECONDS)}
