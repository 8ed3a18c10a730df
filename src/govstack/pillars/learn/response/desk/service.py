"""What a training unit looks at: sessions with what waits in them, and figures by type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.model import Gap
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.desk.model import Aims, Figures, Groups, Held, by_type
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.model import SEATED, State
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Offering, Session
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import Split

COMPLETIONS_MAX = 100_000
PEOPLE_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A session at the desk, and how many wait in it or for a decision."""

    session: Session
    offering: Offering
    waiting: int
    endorsed: int


async def lines(context: Context, *, begun: bool = False, after: str = "", limit: int = 50) -> list[Line]:
    """Return the sessions that have not ended, or those that have begun."""
    now = clock.timestamp()
    found = await (
        offerings.sessions(context, until=now, after=after, limit=limit, back=True)
        if begun
        else offerings.sessions(context, since=now, after=after, limit=limit)
    )
    known = await offerings.known(context, offering_ids=[one.offering_id for one in found])
    counts: dict[tuple[str, State], int] = {}
    for one in await enrolment.figures(context, session_ids=[held.id for held in found]):
        key = (one.session_id, one.state)
        counts[key] = counts.get(key, 0) + one.people
    return [
        Line(
            one, known[one.offering_id], counts.get((one.id, State.WAITING), 0), counts.get((one.id, State.ENDORSED), 0)
        )
        for one in found
    ]  # fmt: skip


async def held(context: Context, *, since: date, until: date) -> Held:
    """Return the sessions that lie between two days, with their offerings and who completed them."""
    found = await offerings.every_session(context, since=f"{since}", until=f"{until}T23:59:59.999999Z")
    done = await enrolment.completions(context, session_ids=[one.id for one in found], limit=COMPLETIONS_MAX)
    return Held(found, await offerings.known(context, offering_ids=[one.offering_id for one in found]), done)


async def report(context: Context, *, since: date, until: date) -> list[Figures]:
    """Return seats, spend, completions and gap closure by type, of sessions that lie between two days."""
    found = await held(context, since=since, until=until)
    completed: dict[str, int] = {}
    for one in await enrolment.figures(context, session_ids=[session.id for session in found.sessions]):
        if one.state is State.COMPLETED:
            completed[one.session_id] = completed.get(one.session_id, 0) + one.people
    closed = await aims(context, found)
    types = [one.id for one in typologies.active_types(context, await typologies.vocabulary(context))]
    return by_type(types, [(one, found.offerings[one.offering_id]) for one in found.sessions], completed, closed)


async def groups(context: Context, *, since: date, until: date) -> list[Groups]:
    """Return who took seats and who completed, by type and told apart by what this country keeps.

    A course of two types counts under both. What is few is hidden, along types and across them, and the same of seats
    and of completions: figures by type tell the totals of both, and a difference would tell what either hides.
    """
    found = await held(context, since=since, until=until)
    types = [one.id for one in typologies.active_types(context, await typologies.vocabulary(context))]
    of_session = {one.id: found.offerings[one.offering_id].types for one in found.sessions if not one.cancelled}
    taken: dict[str, list[str]] = {one: [] for one in types}
    completed: dict[str, list[str]] = {one: [] for one in types}
    for person_id, session_id, done in await enrolment.seats(context, session_ids=of_session, limit=COMPLETIONS_MAX):
        for type_id in {*of_session[session_id]} & {*types}:
            taken[type_id].append(person_id)
            if done:
                completed[type_id].append(person_id)
    told = await splits.nested(context, groups={one: (taken[one], completed[one]) for one in types})
    return [Groups(one, *found[one]) for found in told.values() for one in types if found[one][0].shares]


async def attended(context: Context, *, by: Actor, session: Session) -> list[tuple[Split, Split]]:
    """Return who had a place in a session and who was there on any day, told apart by what this country keeps.

    Until it is over there is none: whoever looked before and after somebody came could tell what that one said. There
    is none either where no day is kept or the session was cancelled. Raises UnknownSession.
    """
    if session.cancelled or not session.held_on or session.ends > clock.now():
        return []
    found = await enrolment.everybody(context, by=by, session_id=session.id)
    seated = [one for one in found if one.enrolment.state in SEATED]
    reached = await attendance.outcomes(context, seated)
    places = [one.enrolment.person_id for one in seated]
    there = [one.enrolment.person_id for one in seated if reached[one.enrolment.id].days]
    told = await splits.nested(context, groups={session.id: (places, there)})
    return [found[session.id] for found in told.values()]


async def aims(context: Context, found: Held) -> dict[str, Aims]:
    """Return by offering how many gaps its completions aimed at, and how many of those are closed now.

    A completion aims at what the offering raises and the post of the person asks for.
    """
    people = sorted(found.people)
    required: dict[str, list[Gap]] = {}
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        required |= await gaps.required_of(context, person_ids=people[start : start + PEOPLE_AT_ONCE])
    counted: dict[str, Aims] = {}
    for person_id, offering_id, _session_id in found.done:
        raised = {one.competency_id for one in found.offerings[offering_id].raises}
        aimed_at = [one for one in required.get(person_id, ()) if one.competency_id in raised]
        if aimed_at:
            of = counted.setdefault(offering_id, Aims()).of
            aimed, closed = of.get(person_id, (0, 0))
            of[person_id] = aimed + len(aimed_at), closed + sum(one.met for one in aimed_at)
    return counted
