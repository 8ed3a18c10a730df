"""Use cases of events: see one, come to it, write down who came, close or cancel it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from govstack.kernel import audit, clock, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Unauthenticated
from govstack.kernel.i18n import _
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import UnknownCommunity
from govstack.pillars.learn.knowing.communities.model import Act
from govstack.pillars.learn.knowing.gatherings import store
from govstack.pillars.learn.knowing.gatherings.errors import (
    BadSeats,
    FewerThanCome,
    GatheringFull,
    GatheringIncomplete,
    GatheringOver,
    HostsOnly,
    NeedsNothing,
    NotYetHeld,
    UnknownGathering,
)
from govstack.pillars.learn.knowing.gatherings.model import (
    ATTENDANTS_MAX,
    CANCELLED,
    CLOSED,
    GATHERING,
    PLANNED,
    Attendant,
    Expected,
    Seating,
    begins,
    ends,
    lacking,
)
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Gender, Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Audience, Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.retention.service import Keeping, days_setting
from govstack.pillars.learn.seating.model import Taken, fault_of, has_seat_for, of_nobody, promoted
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import Split

SYSTEM = Actor.system("gatherings")
NEEDS = "gathering-needs"
TELL, FILL, PURPOSE = "tell-gathering-seat", "fill-gathering-seats", "event-seat"
ITEMS_MAX = 300


@dataclass(frozen=True, slots=True)
class Sight:
    """An event as somebody finds it: whether they come, whether they lead it, and how many come and came.

    `taken` are the seats that somebody has, which whoever was erased before has not. `waiting` is how many wait for
    one, `place` where in the queue somebody stands, nought for whoever does not wait. `free` tells whether there is a
    seat for whoever looks, under the quotas. `needs` are their own.
    """

    record: Record
    comes: bool
    leads: bool
    registered: int
    came: int
    taken: Taken
    seating: Seating
    waiting: int
    place: int
    free: bool = True
    needs: str = ""
    needs_met: bool = False

    @property
    def left(self) -> int | None:
        """Return how many seats are left, None where there is no limit."""
        return None if self.seating.limit is None else max(0, self.seating.limit - self.taken.total)

    @property
    def open(self) -> bool:
        """Tell whether the event is still to be closed."""
        return not self.record.archived and self.record.content.get("state", PLANNED) == PLANNED

    @property
    def begun(self) -> bool:
        """Tell whether the event has begun by now."""
        return begins(self.record.content) <= clock.now()

    @property
    def over(self) -> bool:
        """Tell whether nobody can come any more: it is closed, cancelled, or its time has passed."""
        return not self.open or ends(self.record.content) <= clock.now()


async def sight(context: Context, *, by: Actor, gathering_id: str) -> Sight:
    """Return an event to whoever its audience holds, members of its community, and those who lead it.

    Raises Unauthenticated, and UnknownGathering.
    """
    if not by.signed_in:
        raise Unauthenticated
    try:
        record = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    except UnknownRecord as error:
        raise UnknownGathering from error
    leads, belongs = records.may_write(GATHERING, by), False
    if record.content.get("community"):
        try:
            room = await communities.room(context, by=by, community_id=record.content["community"])
            leads, belongs = leads or room.leads, room.inside
        except UnknownCommunity:
            pass
    person = await people.me(context, by=by) if by.kind == "person" else None
    async with context.database.reading() as tx:
        known = await store.attendants(tx, gathering_id=gathering_id)
        registered, came, waits = await store.counts(tx, gathering_id=gathering_id)
        taken = await store.taken(tx, gathering_id)
        seating = await store.seating(tx, gathering_id)
    own = next((one for one in known if person and one.person_id == person.id), None)
    # Whoever had a seat at what was taken out of use still reads that it is off.
    shut = (record.archived and own is None) or (record.audience is Audience.PRIVATE and not belongs)
    if shut and not leads:
        raise UnknownGathering
    queue = [one.person_id for one in known if one.waiting]
    comes = own is not None and not own.waiting
    place = queue.index(own.person_id) + 1 if own is not None and own.waiting else 0
    free = person is None or await _has_seat(context, seating, taken, person)
    needs = _needs(context, own) if own else ""
    return Sight(
        record, comes, leads, registered, came, taken, seating, waits, place, free, needs,
        needs_met=own is not None and own.needs_met,
    )  # fmt: skip


async def _has_seat(context: Context, seating: Seating, taken: Taken, person: Person) -> bool:
    ministry_id = (await people.tree(context)).top(person.organisation_id) if seating.quotas else ""
    return has_seat_for(seating, taken, ministry_id=ministry_id, gender=person.gender)


async def come(context: Context, *, by: Actor, gathering_id: str, comes: bool, needs: str | None = None) -> Sight:
    """Say that one comes to an event and what one needs for that, or that one does not come.

    Needs None are as they were, "" is nothing. Raises UnknownGathering, GatheringOver, GatheringFull, and UnknownPerson
    for whoever was erased meanwhile.
    """
    found = await sight(context, by=by, gathering_id=gathering_id)
    if found.over:
        raise GatheringOver
    person = await people.me(context, by=by)
    sealed = context.keys.seal(NEEDS, needs.encode(), bound_to=person.id) if needs else None
    ministry_id = (await people.tree(context)).top(person.organisation_id)
    async with context.database.transaction() as tx:
        seating = await store.locked(tx, gathering_id)
        if not comes:
            await store.withdraw(tx, gathering_id=gathering_id, person_id=person.id)
            if _is_ahead(found.record):
                await _promote(tx, gathering_id, seating)
        else:
            await _refuse_new(tx, gathering_id, person.id)
            taken = await store.taken(tx, gathering_id)
            waits = not has_seat_for(seating, taken, ministry_id=ministry_id, gender=person.gender)
            one = Attendant(
                person.id, came=False, needs_sealed=sealed, waiting=waits,
                ministry_id=ministry_id if seating.quotas else "",
                gender=person.gender if seating.quotas else Gender.UNSTATED,
            )  # fmt: skip
            await store.register(tx, gathering_id=gathering_id, one=one, at=clock.timestamp())
            if needs is not None and needs != found.needs:
                await store.need(tx, gathering_id=gathering_id, person_id=person.id, sealed=sealed)
        action = f"learn.gathering.{'joined' if comes else 'left'}"
        await audit.record(tx, by=by, action=action, subject=f"gathering/{gathering_id}")
    return await sight(context, by=by, gathering_id=gathering_id)


async def _refuse_new(tx: Transaction, gathering_id: str, person_id: str) -> None:
    """Refuse one more on a list that is full, and somebody who was erased meanwhile."""
    if person_id not in await people.present(tx, [person_id]):
        raise UnknownPerson
    registered, _came, waits = await store.counts(tx, gathering_id=gathering_id)
    full = registered + waits >= ATTENDANTS_MAX
    if full and not await store.has(tx, gathering_id=gathering_id, person_id=person_id):
        raise GatheringFull


async def put_seats(context: Context, *, by: Actor, gathering_id: str, given: Seating) -> Sight:
    """Set the seats of an event and for whom some are kept; who waits and has a seat now gets it.

    Raises HostsOnly, GatheringOver, BadSeats, FewerThanCome.
    """
    found = await _led(context, by, gathering_id)
    if not found.open:
        raise GatheringOver
    tree = await people.tree(context)
    if fault_of(given) or of_nobody(given.quotas, tree) or (given.quotas and given.limit is None):
        raise BadSeats
    async with context.database.transaction() as tx:
        await store.locked(tx, gathering_id)
        await _sort(tx, gathering_id, given)
        if (await store.taken(tx, gathering_id)).total > given.seats:
            raise FewerThanCome
        await store.put_seating(tx, gathering_id, given)
        if _is_ahead(found.record):
            await _promote(tx, gathering_id, given)
        detail = {"seats": given.limit, "quotas": len(given.quotas)}
        subject = f"gathering/{gathering_id}"
        await audit.record(tx, by=by, action="learn.gathering.seats", subject=subject, detail=detail)
    return await sight(context, by=by, gathering_id=gathering_id)


async def _sort(tx: Transaction, gathering_id: str, given: Seating) -> None:
    """Keep ministry and gender of those who come for the quotas, and nothing of that without quotas."""
    await store.unsort(tx, gathering_id)
    if given.quotas:
        known = await store.attendants(tx, gathering_id=gathering_id)
        await store.belong(tx, gathering_id, await people.belonging(tx, [one.person_id for one in known]))


async def _promote(tx: Transaction, gathering_id: str, seating: Seating) -> None:
    taken = await store.taken(tx, gathering_id)
    for one in promoted(seating, taken, await store.waiting(tx, gathering_id)):
        await store.seat(tx, gathering_id=gathering_id, person_id=one.person_id)
        detail, subject = {"person": one.person_id}, f"gathering/{gathering_id}"
        await audit.record(tx, by=SYSTEM, action="learn.gathering.moved-up", subject=subject, detail=detail)
        told = {"gathering": gathering_id, "person": one.person_id, "at": clock.timestamp()}
        await jobs.enqueue(tx, TELL, told)


async def fill(context: Context, *, gathering_id: str) -> None:
    """Give seats that somebody left who was erased, at an event that is still to come."""
    record = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    if _is_ahead(record):
        async with context.database.transaction() as tx:
            await _promote(tx, gathering_id, await store.locked(tx, gathering_id))


async def seated(context: Context, *, gathering_id: str, person_id: str) -> Record | None:
    """Return the event that somebody got a seat at, to tell them; None where it is over, or they do not come."""
    record = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
    async with context.database.reading(one_statement=True) as tx:
        known = await store.attendants(tx, gathering_id=gathering_id)
    comes = any(one.person_id == person_id and not one.waiting for one in known)
    return record if comes and _is_ahead(record) else None


def _is_ahead(record: Record) -> bool:
    planned = not record.archived and record.content.get("state", PLANNED) == PLANNED
    return planned and begins(record.content) > clock.now()


async def left(context: Context, *, gathering_ids: Sequence[str]) -> dict[str, int]:
    """Return how many seats are left at those of some events that have a number of them."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.free(tx, gathering_ids)


async def attendants(context: Context, *, by: Actor, gathering_id: str) -> list[Expected]:
    """Return who comes or came, with names and needs, to those who lead the event; raises HostsOnly."""
    await _led(context, by, gathering_id)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.attendants(tx, gathering_id=gathering_id)
    names = await people.people(context, person_ids=[one.person_id for one in found])
    return [Expected(one, names[one.person_id].name, _needs(context, one)) for one in found]


async def meet_needs(context: Context, *, by: Actor, gathering_id: str, person_id: str, met: bool) -> None:
    """Note whether what somebody needs is arranged; raises HostsOnly, NeedsNothing."""
    await _led(context, by, gathering_id)
    async with context.database.transaction() as tx:
        if not await store.meet_needs(tx, gathering_id=gathering_id, person_id=person_id, met=met):
            raise NeedsNothing
        detail = {"person": person_id, "met": met}
        subject = f"gathering/{gathering_id}"
        await audit.record(tx, by=by, action="learn.gathering.needs-met", subject=subject, detail=detail)


async def groups(context: Context, *, found: Sight) -> list[Split]:
    """Return who came to an event that is closed, told apart by what this country keeps, to those who lead it.

    Until then there are none: whoever looked before and after somebody was written down could tell what that one said.
    """
    if not found.leads or found.record.content.get("state", PLANNED) != CLOSED:
        return []
    async with context.database.reading(one_statement=True) as tx:
        known = await store.attendants(tx, gathering_id=found.record.id)
    came = [one.person_id for one in known if one.came]
    return await splits.split(context, person_ids=came, nameless=max(0, found.came - len(came)))


def _needs(context: Context, one: Attendant) -> str:
    return context.keys.open(NEEDS, one.needs_sealed, bound_to=one.person_id).decode() if one.needs_sealed else ""


async def attend(context: Context, *, by: Actor, gathering_id: str, people_ids: Collection[str], came: bool) -> None:
    """Write down whether people came, all or none of them.

    Raises HostsOnly, GatheringOver, NotYetHeld, GatheringFull, UnknownPerson.
    """
    found = await _led(context, by, gathering_id)
    _refuse_before(found)
    async with context.database.transaction() as tx:
        await store.locked(tx, gathering_id)
        for person_id in sorted(set(people_ids)):
            await _note_came(tx, by, found, person_id, came=came)


async def _note_came(tx: Transaction, by: Actor, found: Sight, person_id: str, *, came: bool) -> None:
    gathering_id, community_id = found.record.id, found.record.content.get("community")
    await _refuse_new(tx, gathering_id, person_id)
    await store.came(tx, gathering_id=gathering_id, person_id=person_id, there=came, at=clock.timestamp())
    if community_id:
        write = communities.note if came else communities.unnote
        await write(tx, community_id=community_id, person_id=person_id, act=Act.ATTENDED, reference=gathering_id)
    detail, subject = {"person": person_id, "came": came}, f"gathering/{gathering_id}"
    await audit.record(tx, by=by, action="learn.gathering.attended", subject=subject, detail=detail)


async def close(context: Context, *, by: Actor, gathering_id: str, said: dict[str, Any] | None = None) -> Sight:
    """Close an event with what came of it: a summary, and an item of knowledge or a reason for none.

    Raises HostsOnly, GatheringOver, NotYetHeld, GatheringIncomplete, Unfit.
    """
    found = await _led(context, by, gathering_id)
    _refuse_before(found)
    content = {**found.record.content, **(said or {})}
    if wrong := lacking(content):
        raise GatheringIncomplete(fields=wrong)
    await _becomes(context, by, found.record, {**content, "state": CLOSED})
    return await sight(context, by=by, gathering_id=gathering_id)


async def citable(context: Context, *, by: Actor, found: Sight) -> list[tuple[str, str]]:
    """Return id and name of the items of knowledge that whoever leads an event may name as what came of it.

    These are the items that they may read, and those of the community of the event.
    """
    known = dict(await records.titled(context, by=by, kind=ITEM, limit=ITEMS_MAX))
    if found.record.content.get("community"):
        room = await communities.room(context, by=by, community_id=found.record.content["community"])
        known |= dict(await communities.begun(context, room=room))
    return list(known.items())


async def cancel(context: Context, *, by: Actor, gathering_id: str) -> Sight:
    """Cancel an event; raises HostsOnly, GatheringOver."""
    found = await _led(context, by, gathering_id)
    if not found.open:
        raise GatheringOver
    await _becomes(context, by, found.record, {**found.record.content, "state": CANCELLED})
    return await sight(context, by=by, gathering_id=gathering_id)


async def of_person(context: Context, *, person_id: str) -> list[tuple[str, Attendant]]:
    """Return the events that somebody comes to, came to or waits for, and how they stand there."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_person(tx, person_id=person_id)


async def is_listed(context: Context, *, gathering_id: str, person_id: str) -> bool:
    """Tell whether somebody comes to an event, came or waits for a seat."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.has(tx, gathering_id=gathering_id, person_id=person_id)


async def came_to(context: Context, *, gathering_ids: Sequence[str]) -> dict[str, int]:
    """Return how many came to each of some events."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.came_to(tx, gathering_ids)


async def expected(tx: Transaction, *, gathering_id: str) -> list[str]:
    """Return who comes to an event or waits for a seat, for somebody else's transaction."""
    return [one.person_id for one in await store.attendants(tx, gathering_id=gathering_id) if not one.came]


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("To which events you said that you come, and whether you came"),
    days_setting("LEARN_EVENT_DAYS", 1_095, "it is known who came to an event"),
    _let_go,
)


async def _let_go_needs(context: Context, before: datetime) -> int:
    async with context.database.reading(one_statement=True) as tx:
        needing = await store.needing(tx)
    over = []
    for gathering_id in needing:
        record = await records.read(context, by=SYSTEM, kind=GATHERING, record_id=gathering_id)
        if ends(record.content) < before:
            over.append(gathering_id)
    async with context.database.transaction() as tx:
        return await store.let_go_needs(tx, gathering_ids=over)


NEEDS_KEEPING = Keeping(
    _("What you said you need in order to take part in an event of a community"),
    days_setting(
        "LEARN_EVENT_NEEDS_DAYS", 90, "what somebody needs in order to take part is kept after an event of a community"
    ),
    _let_go_needs,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person from lists of those who come; the counts stay, and others get the seat that they left."""
    for gathering_id in await store.coming_of(tx, person_id=person_id):
        await jobs.enqueue(tx, FILL, {"gathering": gathering_id})
    await store.forget(tx, person_id=person_id)


async def _led(context: Context, by: Actor, gathering_id: str) -> Sight:
    found = await sight(context, by=by, gathering_id=gathering_id)
    if not found.leads:
        raise HostsOnly
    return found


def _refuse_before(found: Sight) -> None:
    if not found.open:
        raise GatheringOver
    if begins(found.record.content) > clock.now():
        raise NotYetHeld


async def _becomes(context: Context, by: Actor, record: Record, content: dict[str, Any]) -> None:
    async with context.database.transaction() as tx:
        draft = Draft(content, record.audience, number=record.number, fixed=True)
        await records.put(context, by=by, kind=GATHERING, draft=draft, record_id=record.id, tx=tx)
        community_id = content.get("community")
        if community_id and content["state"] == CLOSED:
            await communities.note(tx, community_id=community_id, person_id=None, act=Act.MET, reference=record.id)
        await store.unsort(tx, record.id)
        action = f"learn.gathering.{content['state']}"
        await audit.record(tx, by=by, action=action, subject=f"gathering/{record.id}")
