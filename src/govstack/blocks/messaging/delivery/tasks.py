"""The work of sending: each message is a job, emergencies with hands of their own."""

from __future__ import annotations

from govstack.blocks.messaging.delivery import service
from govstack.blocks.messaging.intake.service import SEND, SEND_EMERGENCY
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job, Retry, RetryPolicy
from govstack.kernel.manifest import Task

SWEEP_SECONDS = 60.0
SETTLE_SECONDS = 300.0
# The day that a message has decides when it is given up, not the number of attempts.
POLICY = RetryPolicy(attempts_max=1_000_000, first_seconds=5.0, longest_seconds=300.0)


async def send(context: Context, job: Job) -> None:
    """Try to deliver the message that a job names."""
    pause = await service.send(context, by=SYSTEM, message_id=str(job.payload["message"]))
    if pause is not None:
        raise Retry(pause, "not delivered yet")


async def settle(context: Context, _: Job) -> None:
    """Give up texts whose receipts never came."""
    await service.settle(context, by=SYSTEM)


async def sweep(context: Context, _: Job) -> None:
    """Erase what the last message of a request has left behind."""
    await service.sweep(context, by=SYSTEM)


TASKS = {
    SEND: Task(send, POLICY),
    SEND_EMERGENCY: Task(send, POLICY, urgent=True),
    "messaging.settle-texts": Task(settle, RetryPolicy(attempts_max=3), every_seconds=SETTLE_SECONDS),
    "messaging.sweep-letters": Task(sweep, RetryPolicy(attempts_max=3), every_seconds=SWEEP_SECONDS),
}
