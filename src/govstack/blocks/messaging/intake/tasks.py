"""Housekeeping of requests, and the records that published clients ask for."""

from __future__ import annotations

from pathlib import Path

import msgspec

from govstack.blocks.messaging.intake import service
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.model import Wish
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.manifest import Task

TIDY_SECONDS = 60.0
RECORDS = Path(__file__).parent.parent / "seeds" / "conformance.yaml"


class Records(msgspec.Struct, frozen=True):
    """The published records: one sender with its keys, and requests of which only numbers are known."""

    id: str
    sender: Wish
    keys: list[str]
    requests: dict[str, dict[str, int]]


async def tidy(context: Context, _: Job) -> None:
    """Forget what is kept no longer."""
    await service.tidy(context)


async def seed_published_records(context: Context) -> None:
    """Enter the published records; repeating it leaves the same state."""
    found = msgspec.convert(read_yaml(RECORDS.read_text(encoding="utf-8")), Records)
    by = Actor.system("published records")
    sender = await senders.install(context, by=by, sender_id=found.id, wish=found.sender, keys=found.keys)
    await service.enter_tallies(context, by=by, sender=sender, tallies=found.requests)


TASKS = {"messaging.tidy-requests": Task(tidy, RetryPolicy(attempts_max=3), every_seconds=TIDY_SECONDS)}
