"""Durable work of campaigns: those whose last day has passed are closed."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.pillars.learn.needs.campaigns import service

CLOSE_SECONDS = 3_600.0


async def close_overdue(context: Context, _job: Job) -> None:
    """Close campaigns whose last day has passed."""
    await service.close_overdue(context)
