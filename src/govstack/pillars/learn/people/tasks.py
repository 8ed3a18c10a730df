"""What happens when a person is erased: every room takes away what it holds of them, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import TaskHandler

Forget = Callable[[Transaction, str], Awaitable[None]]


def forgetting(rooms: Iterable[Forget]) -> TaskHandler:
    """Return the task that lets each room take away what it holds of an erased person, given by id."""
    each = tuple(rooms)

    async def forget(context: Context, job: Job) -> None:
        # The event was taken in when it became this job: taking it in again would find it known, and nothing would go.
        person_id = str(events.received(job).data["personId"])
        async with context.database.transaction() as tx:
            for room in each:
                await room(tx, person_id)

    return forget


def together(*rooms: Mapping[str, TaskHandler]) -> dict[str, TaskHandler]:
    """Return what is done at each event: all that rooms do, in their order; each can be repeated."""

    def all_of(handlers: list[TaskHandler]) -> TaskHandler:
        async def handle(context: Context, job: Job) -> None:
            for handler in handlers:
                await handler(context, job)

        return handle

    types = dict.fromkeys(type_ for room in rooms for type_ in room)
    return {type_: all_of([room[type_] for room in rooms if type_ in room]) for type_ in types}
