"""What happens when a person is erased: every room takes away what it holds of them, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

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
        event = events.received(job)
        async with context.database.transaction() as tx:
            if await events.receive(tx, event):
                for room in each:
                    await room(tx, event.data["personId"])

    return forget
