"""Durable work on imports: read a large file, take its rows, and remove what is a day old."""

from __future__ import annotations

from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.importing.model import ATTEMPTS_MAX, BROKEN
from govstack.blocks.registries.intake import service
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, RetryPolicy

READ, LOAD = importing.READ, importing.LOAD
SWEEP = "registries.sweep-imports"
SWEEP_SECONDS = 600.0
POLICY = RetryPolicy(attempts_max=ATTEMPTS_MAX, first_seconds=1.0, longest_seconds=60.0)


async def read(context: Context, job: Job) -> None:
    """Read a received file into rows."""
    try:
        await importing.read(context, import_id=job.payload["id"])
    except Exception:
        await _give_up(context, job)
        raise


async def load(context: Context, job: Job) -> None:
    """Take the rows of a confirmed import."""
    try:
        await service.take(context, import_id=job.payload["id"])
    except Exception:
        await _give_up(context, job)
        raise


async def sweep(context: Context, _: Job) -> None:
    """Remove imports after a day."""
    await importing.sweep(context)


async def _give_up(context: Context, job: Job) -> None:
    if job.attempt >= ATTEMPTS_MAX:
        await importing.fail(context, import_id=job.payload["id"], fault=BROKEN)
