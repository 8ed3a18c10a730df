"""What follows a change of an identity: subscribers are told."""

from __future__ import annotations

from govstack.blocks.identity.announcing import service
from govstack.blocks.identity.announcing.model import Happening
from govstack.blocks.identity.people import service as people
from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler

HAPPENINGS = {
    people.CREATED: Happening.CREATED,
    people.CHANGED: Happening.CHANGED,
    people.DISABLED: Happening.DISABLED,
}


async def tell(context: Context, job: Job) -> None:
    """Tell the subscribers of one event."""
    event = events.received(job)
    await service.tell(
        context,
        event_id=event.id,
        subject=str(event.data["subject"]),
        happening=HAPPENINGS[event.type],
        at=event.time,
    )


SUBSCRIPTIONS: dict[str, TaskHandler] = dict.fromkeys(HAPPENINGS, tell)
