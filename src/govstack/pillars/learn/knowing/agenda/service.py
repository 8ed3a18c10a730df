"""Use cases of events in time: list what comes and what is past, list one's own, and tell those who come of changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from govstack.kernel import clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.knowing.agenda import store
from govstack.pillars.learn.knowing.agenda.model import News, is_off, news
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import COMMUNITY
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.gatherings.model import CLOSED, GATHERING, PLANNED, Attendant, begins, ends
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Audience, Record

SYSTEM = Actor.system("agenda")
TELL, PURPOSE = "tell-gathering-change", "event-change"


@dataclass(frozen=True, slots=True)
class Listed:
    """Events, those still to come first of all and the next one first; then the others, the last one first."""

    ahead: list[Record]
    gone: list[Record]


@dataclass(frozen=True, slots=True)
class Own:
    """An event that somebody comes to, came to or waits for."""

    record: Record
    attendant: Attendant

    @property
    def off(self) -> bool:
        """Tell whether it was cancelled or taken out of use."""
        return is_off(self.record)

    @property
    def over(self) -> bool:
        """Tell whether its time has passed."""
        return ends(self.record.content) <= clock.now()


def listed(found: Iterable[Record]) -> Listed:
    """Put events into the order of time; what is cancelled, closed or has begun is not to come any more."""
    now, known = clock.now(), sorted(found, key=_in_time)
    ahead = [one for one in known if one.content.get("state", PLANNED) == PLANNED and begins(one.content) > now]
    gone = [one for one in reversed(known) if one not in ahead]
    return Listed(ahead, gone)


def _in_time(record: Record) -> tuple[datetime, str]:
    return begins(record.content), record.id


async def all_listed(context: Context, *, by: Actor) -> Listed:
    """Return the events that somebody may read."""
    return listed([one async for one in records.each(context, by=by, kind=GATHERING)])


async def to_come(context: Context, *, audiences: Collection[Audience]) -> int:
    """Return how many events for some audiences are still to come."""
    return sum(one.audience in audiences for one in (await all_listed(context, by=SYSTEM)).ahead)


async def mine(context: Context, *, by: Actor) -> list[Own]:
    """Return the events that one comes to, came to or waits for: what is to come first, then the last first."""
    person = await people.me(context, by=by)
    found = [
        Own(await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id), attendant)
        for gathering_id, attendant in await gatherings.of_person(context, person_id=person.id)
    ]
    known = sorted(found, key=lambda one: _in_time(one.record))
    return [*(one for one in known if not one.over), *(one for one in reversed(known) if one.over)]


async def held(context: Context, *, community_id: str, limit: int) -> list[tuple[str, int]]:
    """Return the days of the last events of a community that took place, and how many came, the earliest first."""
    found = await _of_community(context, community_id)
    closed = sorted((one for one in found if one.content.get("state") == CLOSED), key=_in_time)[-limit:]
    came = await gatherings.came_to(context, gathering_ids=[one.id for one in closed])
    return [(one.content["day"], came.get(one.id, 0)) for one in closed]


async def changed(context: Context, *, gathering_id: str) -> None:
    """Follow an event that was written, changed or taken out of use: into its community, and to those who come."""
    try:
        now = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    except UnknownRecord:
        return
    if now.content.get("community"):
        await next_event(context, community_id=now.content["community"])
    revisions = await records.history(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    async with context.database.transaction() as tx:
        number = await store.hold(tx, gathering_id)
        before = next((one for one in revisions if one.number <= number), revisions[-1])
        if now.number <= number:
            return
        await store.told(tx, gathering_id, number=now.number)
        if about := news(before, now, clock.now()):
            told = {"gathering": gathering_id, "about": about.value, "was": clock.timestamp(begins(before.content))}
            coming = await gatherings.expected(tx, gathering_id=gathering_id)
            await jobs.enqueue_many(tx, TELL, [{**told, "person": one, "at": now.changed_at} for one in coming])


async def to_tell(context: Context, *, gathering_id: str, person_id: str, about: News) -> Record | None:
    """Return the event to tell somebody of; None where that is true no more, or they do not come any more."""
    record = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    if is_off(record) is not (about is News.OFF) or ends(record.content) <= clock.now():
        return None
    comes = await gatherings.is_listed(context, gathering_id=gathering_id, person_id=person_id)
    return record if comes else None


async def next_event(context: Context, *, community_id: str) -> None:
    """Write when a community meets next: the first event of its own that is planned for today or later."""
    community = await records.read(context, by=SYSTEM, kind=COMMUNITY, record_id=community_id)
    if community.archived:
        return
    today = clock.today().isoformat()
    days = [
        one.content["day"]
        for one in await _of_community(context, community_id)
        if one.content.get("state", PLANNED) == PLANNED and one.content["day"] >= today
    ]
    day = min(days, default="")
    if community.content.get("nextEvent", "") != day:
        async with context.database.transaction() as tx:
            await communities.set_next_event(context, tx, by=SYSTEM, record=community, day=day)


async def _of_community(context: Context, community_id: str) -> list[Record]:
    return await records.pointing(context, by=SYSTEM, kind=GATHERING, field="community", target_id=community_id)


async def sweep(context: Context) -> None:
    """Write of each community whose next event has passed when it meets again."""
    today = clock.today().isoformat()
    async for record in records.each(context, by=SYSTEM, kind=COMMUNITY):
        if record.content.get("nextEvent", today) < today:
            await next_event(context, community_id=record.id)
