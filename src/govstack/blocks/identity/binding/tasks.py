"""When an identity ends or is blocked for good, its wallets end too."""

from __future__ import annotations

from govstack.blocks.identity.binding import service
from govstack.blocks.identity.people import service as people
from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler


async def follow(context: Context, job: Job) -> None:
    """Revoke the wallets of somebody whose identity does not work any more."""
    await service.follow(context, subject=str(events.received(job).data["subject"]))


SUBSCRIPTIONS: dict[str, TaskHandler] = {people.DISABLED: follow, people.CHANGED: follow}
