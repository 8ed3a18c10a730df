"""What a family of rooms brings to the pillar's card, and how the families' parts become one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from govstack.kernel import events
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.jobs import Job
from govstack.kernel.manifest import Task, TaskHandler
from govstack.kernel.routing import Routes
from govstack.kernel.settings import Setting
from govstack.pillars.learn.intake.service import Room
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.retention.service import Keeping

Forget = Callable[[Transaction, str], Awaitable[None]]


@dataclass(frozen=True)
class Family:
    """The card of a family of rooms.

    `forgetting` is what rooms take away of a person who is erased, `keeping` what they hold of people for a time,
    `files` what takes the rows of which files in.
    """

    api: tuple[Routes, ...]
    pages: tuple[Routes, ...]
    kinds: tuple[Kind, ...] = ()
    files: Mapping[str, Room] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    subscriptions: tuple[Mapping[str, TaskHandler], ...] = ()
    forgetting: tuple[Forget, ...] = ()
    settings: tuple[Setting, ...] = ()
    keeping: tuple[Keeping, ...] = ()
    events_out: Mapping[str, str] = field(default_factory=dict)


def joined(rooms: Iterable[Routes]) -> Routes:
    """Return the routes of rooms as one face, in their order."""
    face = Routes()
    for room in rooms:
        face.operations.extend(room.operations)
    return face


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
