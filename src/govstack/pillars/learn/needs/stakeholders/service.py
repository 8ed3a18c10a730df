"""Use cases of stakeholder engagement: the map, and commitments that are overdue."""

from __future__ import annotations

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.stakeholders.model import AHEAD, COMMITMENT, ENGAGEMENT, OPEN, STAKEHOLDER
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Record


async def overdue(context: Context, *, by: Actor) -> list[Record]:
    """Return the commitments that are open after the day on which they were due, the longest overdue first."""
    today = clock.today().isoformat()
    late = [
        record
        async for record in records.each(context, by=by, kind=COMMITMENT)
        if record.content["state"] == OPEN and record.content["due"] < today
    ]
    return sorted(late, key=lambda record: str(record.content["due"]))


async def stakeholders(context: Context, *, by: Actor) -> list[Record]:
    """Return all stakeholders."""
    return [record async for record in records.each(context, by=by, kind=STAKEHOLDER)]


async def planned(context: Context, *, by: Actor) -> tuple[list[Record], list[Record]]:
    """Return all activities of the engagement plan, and those ahead or under way, the first due first."""
    known = [record async for record in records.each(context, by=by, kind=ENGAGEMENT)]
    ahead = [one for one in known if one.content["state"] in AHEAD]
    return known, sorted(ahead, key=lambda one: (str(one.content["due"]), one.id))
