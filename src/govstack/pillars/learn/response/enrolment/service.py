"""Use cases of enrolment: ask, nominate, agree, wait, move up, cancel, and tell people about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from govstack.kernel import audit, clock, events, ids, jobs
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.response.enrolment import store
from govstack.pillars.learn.response.enrolment.errors import (
    ComesFirst,
    DecidedAlready,
    EnrolledAlready,
    NoSuchPerson,
    NotOpen,
    NotTheirManager,
    OwnPlace,
    UnknownEnrolment,
)
from govstack.pillars.learn.response.enrolment.model import (
    ENROLMENTS_MAX,
    OPEN,
    OVER,
    Enrolment,
    Shown,
    State,
    TookPart,
    first_state,
)
from govstack.pillars.learn.response.enrolment.store import Count, Kept
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.errors import UnknownSession
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.offerings.model import State as Offered
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Entry, WordKind
from govstack.pillars.learn.retention.service import Keeping, days_setting
from govstack.pillars.learn.seating.model import Taken, has_seat_for, promoted

CHANGED = "learn.enrolment.changed"
TELL, FILL = "tell-learner", "fill-seats"
NEEDS = "enrolment-needs"
# For which messages about places are sent, as the mediator writes it down.
PURPOSE = "course-enrolment"
REMINDER_HOURS = "LEARN_REMINDER_HOURS"
READ_AT_ONCE = 2_000
SETTINGS = (
    Setting(REMINDER_HOURS, "48", "How many hours before a course begins people are reminded; ours", whole(1, 720)),
)


async def enrol(context: Context, *, by: Actor, session_id: str, needs: str = "") -> Enrolment:
    """Ask for a place for oneself; where nobody has to agree the place or a place in the queue is given at once.

    Raises UnknownSession, NotOpen, EnrolledAlready, ComesFirst, and NoSuchPerson for whoever was erased meanwhile.
    """
    return await _enter(context, by, await people.me(context, by=by), session_id, needs=needs, by_manager=False)


async def nominate(context: Context, *, by: Actor, session_id: str, person_id: str, needs: str = "") -> Enrolment:
    """Put somebody forward, as their manager or as a training unit; raises NotTheirManager and as `enrol`."""
    if not by.may(PLAN) and not await people.is_manager_of(context, by=by, person_id=person_id):
        raise NotTheirManager
    try:
        person = await people.person(context, person_id=person_id)
    except UnknownPerson as error:
        raise NoSuchPerson from error
    if person.erased:
        raise NoSuchPerson
    return await _enter(context, by, person, session_id, needs=needs, by_manager=True)


async def _enter(
    context: Context, by: Actor, person: Person, session_id: str, *, needs: str, by_manager: bool
) -> Enrolment:
    ministry = (await people.tree(context)).top(person.organisation_id)
    async with context.database.transaction() as tx:
        session = await offerings.locked(tx, session_id)
        if person.id not in await people.present(tx, [person.id]):
            raise NoSuchPerson
        offering = (await offerings.by_ids(tx, [session.offering_id]))[session.offering_id]
        if offering.state is Offered.DRAFT and not (by.may(PLAN) or by.may(TEACH)):
            raise UnknownSession
        if offering.state is not Offered.OPEN or not session.registers_at(clock.now()):
            raise NotOpen
        done = (await store.completed(tx, [person.id])).get(person.id, set())
        if not set(offering.prerequisites) <= done:
            raise ComesFirst
        track = (await typologies.vocabulary_in(tx)).one(WordKind.TRACK, offering.track)
        entry = track.entry if track else Entry.NOMINATED
        state = first_state(entry, by_manager=by_manager, has_manager=person.manager_id is not None)
        now, enrolment_id = clock.timestamp(), ids.new_id()
        sealed = context.keys.seal(NEEDS, needs.encode()) if needs else None
        kept = Kept(
            id=enrolment_id, session_id=session.id, person_id=person.id, state=State.ENDORSED, ministry_id=ministry,
            gender=str(person.gender), needs_sealed=sealed, needs_met=0,
            waiting_since=now, created_at=now, changed_at=now,
        )  # fmt: skip
        kept = replace(kept, state=State.ASKED if state is State.ASKED else State.ENDORSED)
        if not await store.add(tx, kept):
            raise EnrolledAlready
        # Who cancelled and comes again keeps the row they had.
        kept = await _in(tx, session_id=session.id, person_id=person.id)
        if state is State.CONFIRMED:
            await _seat(context, tx, session, kept)
        await _tell_of(tx, by, kept.id, "entered")
        return _opened(context, await _kept(tx, kept.id))


async def decide(context: Context, *, by: Actor, enrolment_id: str, accept: bool) -> Enrolment:
    """Agree or decline: the manager to what was asked, the training unit to what the manager agreed to.

    Nobody decides on a place of their own. Raises UnknownEnrolment, OwnPlace, NotTheirManager, DecidedAlready. Agreeing
    gives a seat, or a place in the queue.
    """
    async with context.database.reading(one_statement=True) as tx:
        kept = await _kept(tx, enrolment_id)
    manages = await people.is_manager_of(context, by=by, person_id=kept.person_id)
    if not manages and not by.may(PLAN):
        raise UnknownEnrolment
    if await people.is_me(context, by=by, person_id=kept.person_id):
        raise OwnPlace
    async with context.database.transaction() as tx:
        session = await offerings.locked(tx, kept.session_id)
        kept = await _kept(tx, enrolment_id)
        if kept.state is State.ENDORSED and not by.may(PLAN):
            raise DecidedAlready
        if kept.state is State.ASKED and not manages:
            raise NotTheirManager
        if kept.state not in {State.ASKED, State.ENDORSED}:
            raise DecidedAlready
        if not accept:
            await store.move(tx, kept.id, to=State.DECLINED, since=[kept.state])
            await _message(tx, kept.id, "declined")
        elif kept.state is State.ASKED:
            await store.move(tx, kept.id, to=State.ENDORSED, since=[State.ASKED])
        else:
            if session.cancelled or session.ends < clock.now():
                raise NotOpen
            await _seat(context, tx, session, kept)
        await _tell_of(tx, by, kept.id, "accepted" if accept else "declined")
        return _opened(context, await _kept(tx, kept.id))


async def cancel(context: Context, *, by: Actor, enrolment_id: str) -> Enrolment:
    """Give a place back, as the learner or the training unit; the next one moves up. Twice is as once.

    Raises UnknownEnrolment, and DecidedAlready for a learner whose course is over.
    """
    async with context.database.reading(one_statement=True) as tx:
        kept = await _kept(tx, enrolment_id)
    if not by.may(PLAN) and (await people.me(context, by=by)).id != kept.person_id:
        raise UnknownEnrolment
    async with context.database.transaction() as tx:
        session = await offerings.locked(tx, kept.session_id)
        kept = await _kept(tx, enrolment_id)
        if kept.state is State.CANCELLED:
            return _opened(context, kept)
        if kept.state not in OPEN or (session.ends < clock.now() and not by.may(PLAN)):
            raise DecidedAlready
        await _leave(context, tx, session, kept)
        await _tell_of(tx, by, kept.id, "cancelled")
        return _opened(context, await _kept(tx, kept.id))


async def meet_needs(context: Context, *, by: Actor, enrolment_id: str, met: bool) -> Enrolment:
    """Note that what somebody needs in order to take part is arranged; raises UnknownEnrolment."""
    async with context.database.transaction() as tx:
        await _kept(tx, enrolment_id)
        await store.meet_needs(tx, enrolment_id, met=met)
        await audit.record(tx, by=by, action="learn.enrolment.needs-met", subject=f"enrolment/{enrolment_id}")
        return _opened(context, await _kept(tx, enrolment_id))


async def taken(context: Context, *, session_id: str) -> Taken:
    """Return who has a seat in a session, by ministry and gender."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.taken(tx, session_id)


async def move_up(context: Context, *, session_id: str) -> int:
    """Give seats that became free, for instance because there are more now; return how many moved up."""
    async with context.database.transaction() as tx:
        session = await offerings.locked(tx, session_id)
        return await _promote(context, tx, session)


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go_needs(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("What you said you need in order to take part in a session"),
    days_setting("LEARN_NEEDS_DAYS", 90, "what somebody needs in order to take part is kept after the session"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person told, and give their places back; who moves up is decided afterwards."""
    for one in await store.of_people(tx, [person_id]):
        if one.state in OPEN:
            await store.move(tx, one.id, to=State.CANCELLED, since=[one.state])
            await _tell_of(tx, SYSTEM, one.id, "cancelled")
            await jobs.enqueue(tx, FILL, {"session": one.session_id})
    await store.forget_needs(tx, person_id)


async def finish(tx: Transaction, *, by: Actor, enrolment_id: str, completed: bool) -> bool:
    """Say how a course ended for somebody who has a seat, inside a transaction; false when it was said before."""
    to = State.COMPLETED if completed else State.NOT_COMPLETED
    moved = await store.move(tx, enrolment_id, to=to, since=[State.CONFIRMED, State.NOT_COMPLETED])
    if moved:
        await _tell_of(tx, by, enrolment_id, str(to))
    return moved


async def mine(context: Context, *, by: Actor) -> list[Shown]:
    """Return one's own enrolments of all audiences, newest first."""
    me = await people.me(context, by=by)
    async with context.database.reading() as tx:
        return await _shown(context, tx, await store.of_people(tx, [me.id]))


async def of_team(context: Context, *, by: Actor) -> list[Shown]:
    """Return the enrolments of those who report to whoever signed in.

    What they need is not for the manager, nor is the link of a session that others take part in.
    """
    me = await people.me(context, by=by)
    team = {one.id: one for one in await people.reports(context, manager_id=me.id)}
    async with context.database.reading() as tx:
        found = await _shown(context, tx, await store.of_people(tx, team) if team else [], needs=False)
    return [
        replace(one, person=team[one.enrolment.person_id], session=msgspec.structs.replace(one.session, link=""))
        for one in found
    ]


async def refuse_others(context: Context, *, by: Actor, session_id: str) -> None:
    """Let the training unit and the trainers of a session on; for everybody else there is no such session.

    Raises UnknownSession.
    """
    if by.may(PLAN):
        return
    if by.kind == "person" and by.may(TEACH):
        teaching = await trainers.of_sessions(context, session_ids=[session_id])
        if (await people.me(context, by=by)).id in teaching.get(session_id, ()):
            return
    raise UnknownSession


async def takes_part(tx: Transaction, *, session_id: str, person_id: str) -> bool:
    """Tell whether somebody has, had, waits or asks for a place in a session, inside a transaction."""
    kept = await store.of_person_in(tx, session_id=session_id, person_id=person_id)
    return kept is not None and kept.state not in OVER


async def of_session(
    context: Context, *, by: Actor, session_id: str, after: str = "", limit: int = ENROLMENTS_MAX
) -> list[Shown]:
    """Return who takes part in a session or wants to, to the training unit and its trainers; raises UnknownSession."""
    await refuse_others(context, by=by, session_id=session_id)
    async with context.database.reading() as tx:
        await offerings.session_in(tx, session_id)
        kept = await store.of_session(tx, session_id, after=after, limit=limit)
        found = await _shown(context, tx, kept)
    known = await people.people(context, person_ids=[one.enrolment.person_id for one in found])
    return [replace(one, person=known.get(one.enrolment.person_id)) for one in found]


async def everybody(context: Context, *, by: Actor, session_id: str) -> list[Shown]:
    """Return all who take part in a session or want to, however many; raises UnknownSession."""
    found = await of_session(context, by=by, session_id=session_id, limit=READ_AT_ONCE)
    part = found
    while len(part) == READ_AT_ONCE:
        after = part[-1].enrolment.id
        part = await of_session(context, by=by, session_id=session_id, after=after, limit=READ_AT_ONCE)
        found += part
    return found


async def own(context: Context, *, by: Actor, enrolment_id: str) -> Shown:
    """Return an enrolment to the learner or the training unit; raises UnknownEnrolment."""
    async with context.database.reading() as tx:
        found = (await _shown(context, tx, [await _kept(tx, enrolment_id)]))[0]
    if not by.may(PLAN) and (await people.me(context, by=by)).id != found.enrolment.person_id:
        raise UnknownEnrolment
    return found


async def in_session(tx: Transaction, *, session_id: str, person_id: str) -> Kept:
    """Return the enrolment of a person in a session, inside a transaction; raises UnknownEnrolment."""
    return await _in(tx, session_id=session_id, person_id=person_id)


async def one_in(tx: Transaction, enrolment_id: str) -> Kept:
    """Return an enrolment inside a transaction; raises UnknownEnrolment."""
    return await _kept(tx, enrolment_id)


async def figures(context: Context, *, session_ids: Iterable[str]) -> list[Count]:
    """Return how many people of which ministry and gender stand where in sessions."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.figures(tx, session_ids)


async def completed(context: Context, *, person_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return which offerings people have completed."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.completed(tx, person_ids)


async def completions(context: Context, *, session_ids: Iterable[str], limit: int) -> list[tuple[str, str, str]]:
    """Return who completed what in sessions, as person, offering and session."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.completions(tx, session_ids, limit=limit)


async def seats(context: Context, *, session_ids: Iterable[str], limit: int) -> list[tuple[str, str, bool]]:
    """Return who has or had a seat in sessions: person, session, and whether they completed it."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.seats(tx, session_ids, limit=limit)


async def took_part(context: Context) -> AsyncIterator[TookPart]:
    """Yield who had a seat in a session that has begun, of all there are."""
    now, after = clock.timestamp(), ""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            part = await store.took_part(tx, now=now, after=after, limit=READ_AT_ONCE)
        for one in part:
            yield one
            after = one.id
        if len(part) < READ_AT_ONCE:
            return


async def to_tell(context: Context, *, enrolment_id: str) -> tuple[Enrolment, Session, Offering] | None:
    """Return what a message is about; None for an enrolment that is gone."""
    async with context.database.reading() as tx:
        kept = await store.by_id(tx, enrolment_id)
        if kept is None:
            return None
        session = await offerings.session_in(tx, kept.session_id)
        offering = (await offerings.by_ids(tx, [session.offering_id]))[session.offering_id]
    return _opened(context, kept), session, offering


async def tell_cancelled(context: Context, *, session_id: str) -> None:
    """Tell whoever has or wants a place in a session that it was cancelled, once; nothing for one that takes place."""
    async with context.database.transaction() as tx:
        if not (await offerings.session_in(tx, session_id)).cancelled:
            return
        after = ""
        while part := await store.of_session(tx, session_id, after=after, limit=ENROLMENTS_MAX):
            for one in part:
                if one.state in OPEN:
                    payload = {"enrolment": one.id, "about": "off"}
                    await jobs.enqueue(tx, TELL, payload, key=f"{one.id}/off")
            after = part[-1].id


async def remind_later(context: Context, *, enrolment_id: str, session: Session) -> None:
    """Put a reminder off to the hours before the start of a session, which may have moved."""
    async with context.database.transaction() as tx:
        await _remind(context, tx, enrolment_id, session)


def due_before(context: Context) -> timedelta:
    """Return how long before the start of a session people are reminded."""
    return timedelta(hours=context.settings.number(REMINDER_HOURS))


async def _seat(context: Context, tx: Transaction, session: Session, kept: Kept) -> None:
    """Give a seat if there is one under the quotas, else the last place in the queue; the session is locked.

    Seats that became free go to those who wait already, who come first.
    """
    await _promote(context, tx, session)
    taken = await store.taken(tx, session.id)
    if has_seat_for(session, taken, ministry_id=kept.ministry_id, gender=kept.gender):
        await _confirm(context, tx, session, kept)
        await offerings.set_taken(tx, session_id=session.id, taken=taken.total + 1)
    else:
        await store.queue(tx, kept.id)
        await _message(tx, kept.id, "waiting")


async def _confirm(context: Context, tx: Transaction, session: Session, kept: Kept) -> None:
    await store.move(tx, kept.id, to=State.CONFIRMED, since=[State.ASKED, State.ENDORSED, State.WAITING])
    await _message(tx, kept.id, "confirmed")
    await _remind(context, tx, kept.id, session)


async def _leave(context: Context, tx: Transaction, session: Session, kept: Kept) -> None:
    await store.move(tx, kept.id, to=State.CANCELLED, since=[kept.state])
    await _promote(context, tx, session)


async def _promote(context: Context, tx: Transaction, session: Session) -> int:
    taken = await store.taken(tx, session.id)
    waiting = [] if session.cancelled or session.ends < clock.now() else await store.waiting(tx, session.id)
    up = promoted(session, taken, [_opened(context, one) for one in waiting])
    for one in up:
        await _confirm(context, tx, session, await _kept(tx, one.id))
        await _tell_of(tx, SYSTEM, one.id, "moved-up")
    await offerings.set_taken(tx, session_id=session.id, taken=taken.total + len(up))
    return len(up)


async def _remind(context: Context, tx: Transaction, enrolment_id: str, session: Session) -> None:
    due = session.starts - due_before(context)
    if due > clock.now():
        payload = {"enrolment": enrolment_id, "about": "reminder", "start": session.starts.isoformat()}
        await jobs.enqueue(tx, TELL, payload, due=due, key=f"{enrolment_id}/reminder/{session.starts.isoformat()}")


async def _message(tx: Transaction, enrolment_id: str, about: str) -> None:
    await jobs.enqueue(tx, TELL, {"enrolment": enrolment_id, "about": about})


async def _tell_of(tx: Transaction, by: Actor, enrolment_id: str, what: str) -> None:
    subject = f"enrolment/{enrolment_id}"
    kept = await _kept(tx, enrolment_id)
    await audit.record(tx, by=by, action=f"learn.enrolment.{what}", subject=subject, detail={"state": str(kept.state)})
    data = {"enrolmentId": enrolment_id, "sessionId": kept.session_id, "state": str(kept.state)}
    await events.publish(tx, type=CHANGED, subject=subject, data=data)


async def _kept(tx: Transaction, enrolment_id: str) -> Kept:
    kept = await store.by_id(tx, enrolment_id)
    if kept is None:
        raise UnknownEnrolment
    return kept


async def _in(tx: Transaction, *, session_id: str, person_id: str) -> Kept:
    kept = await store.of_person_in(tx, session_id=session_id, person_id=person_id)
    if kept is None:
        raise UnknownEnrolment
    return kept


async def _shown(context: Context, tx: Transaction, kept: Sequence[Kept], *, needs: bool = True) -> list[Shown]:
    sessions = await offerings.sessions_in(tx, [one.session_id for one in kept])
    known = await offerings.by_ids(tx, [one.offering_id for one in sessions.values()])
    return [
        Shown(
            _opened(context, one, needs=needs), sessions[one.session_id], known[sessions[one.session_id].offering_id],
            queue=await store.place_in_queue(tx, one) if one.state is State.WAITING else 0,
        )
        for one in kept
    ]  # fmt: skip


def _opened(context: Context, kept: Kept, *, needs: bool = True) -> Enrolment:
    said = context.keys.open(NEEDS, kept.needs_sealed).decode() if needs and kept.needs_sealed else ""
    return Enrolment(
        id=kept.id, session_id=kept.session_id, person_id=kept.person_id, state=kept.state,
        ministry_id=kept.ministry_id, gender=kept.gender, needs=said, needs_met=bool(kept.needs_met),
        waiting_since=kept.waiting_since, created_at=kept.created_at,
        changed_at=kept.changed_at,
    )  # fmt: skip
