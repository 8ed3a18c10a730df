"""What rooms do when an application leaves."""

from __future__ import annotations

from govstack.blocks.mediator.rooms import service
from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job


async def forget_application(context: Context, job: Job) -> None:
    """End what an application that was removed had in rooms, so that nothing revives when it comes back."""
    await service.forget_application(context, application=str(events.received(job).data["application"]))


SUBSCRIPTIONS = {"mediator.application.removed": forget_application}
