"""Use cases of facilitators: write what belongs to their community, and of nobody else's; members read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import Room
from govstack.pillars.learn.knowing.leading.model import COMMUNITY_FIELD, OWNER, Led, with_left
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft

READER = Actor.system("leading")


async def listed(context: Context, *, by: Actor, led: Led, community_id: str) -> list[Record]:
    """Return what belongs to a community; raises UnknownCommunity, MembersOnly, LeadersOnly."""
    await communities.inside(context, by=by, community_id=community_id, leading=not led.for_all)
    found = await records.pointing(
        context, by=READER, kind=led.kind, field=COMMUNITY_FIELD, target_id=community_id
    )  # fmt: skip
    return [one for one in found if not one.archived]


async def read(context: Context, *, by: Actor, led: Led, community_id: str, record_id: str) -> tuple[Room, Record]:
    """Return something of a community; raises UnknownCommunity, MembersOnly, LeadersOnly, UnknownRecord."""
    room = await communities.inside(context, by=by, community_id=community_id, leading=not led.for_all)
    return room, await _own(context, led, community_id, record_id)


async def write(
    context: Context, *, by: Actor, led: Led, community_id: str, draft: Draft, record_id: str = "", new_id: str = ""
) -> Record:
    """Write something for a community as one of those who lead it, new or changed.

    `new_id` is what a new one gets as its id; where it is there already the same was sent again, and changes it.

    Raises UnknownCommunity, LeadersOnly, CommunityClosed, UnknownRecord, Forbidden for a program that would own it, and
    what `records.put` raises.
    """
    await communities.working(context, by=by, community_id=community_id, leading=True)
    one = await _own(context, led, community_id, record_id) if record_id else None
    if one is None and new_id and await _there(context, led, new_id):
        one = await _own(context, led, community_id, new_id)
    before = one.content if one else {}
    owner = await _owner(context, by, before) if led.owned else ""
    content = with_left(led, draft.content, before, community_id=community_id, owner=owner)
    # What other acts write in between is not taken away by whoever did not see it.
    number = draft.number or (one.number if one else 0)
    written = Draft(content, draft.audience, number, written_in=draft.written_in)
    return await records.put(context, by=by, kind=led.kind, draft=written, record_id=record_id or new_id)


async def _there(context: Context, led: Led, record_id: str) -> bool:
    try:
        await records.read(context, by=READER, kind=led.kind, record_id=record_id)
    except UnknownRecord:
        return False
    return True


async def _owner(context: Context, by: Actor, before: Mapping[str, Any]) -> str:
    """Return who owns what is written: whoever did, and where they were erased or nobody did, who writes it."""
    async with context.database.reading(one_statement=True) as tx:
        known = await people.present(tx, [before[OWNER]]) if before.get(OWNER) else frozenset()
    if known:
        return str(before[OWNER])
    if by.kind != "person":
        raise Forbidden
    return (await people.me(context, by=by)).id


async def _own(context: Context, led: Led, community_id: str, record_id: str) -> Record:
    record = await records.read(context, by=READER, kind=led.kind, record_id=record_id)
    if record.archived or record.content.get(COMMUNITY_FIELD) != community_id:
        raise UnknownRecord
    return record
