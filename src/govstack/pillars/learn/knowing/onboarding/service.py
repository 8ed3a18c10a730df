"""Use cases of onboarding: ask to join a group, plan the call, invite or decline, and keep the group's channels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    LeadersOnly,
    MembersOnly,
    NotInRegion,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.communities.model import GROUP_KINDS, MemberRole, Room
from govstack.pillars.learn.knowing.onboarding import store
from govstack.pillars.learn.knowing.onboarding.errors import (
    ApplicationStep,
    CallAhead,
    CallTooEarly,
    CallTooFar,
    MemberAlready,
    NoGroup,
    OwnApplication,
    TooManyWait,
    UnknownApplication,
)
from govstack.pillars.learn.knowing.onboarding.model import (
    CALL_DAYS_MAX,
    MINE_MAX,
    TOLD,
    WAITING_MAX,
    Application,
    Letter,
    Step,
    steps_to,
)
from govstack.pillars.learn.knowing.onboarding.store import Kept
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.retention.service import Keeping, days_setting

_PURPOSE = "group-application"
TELL, PURPOSE = "tell-applicant", "group-application"


async def group(context: Context, *, by: Actor, community_id: str) -> Room:
    """Return a group that somebody may ask to join.

    Raises UnknownCommunity, NoGroup, CommunityClosed, MemberAlready.
    """
    room = await communities.room(context, by=by, community_id=community_id)
    if room.record.content["kind"] not in GROUP_KINDS:
        raise NoGroup
    if not room.live:
        raise CommunityClosed
    if room.member is not None:
        raise MemberAlready
    return room


async def apply(context: Context, *, by: Actor, community_id: str, letter: Letter) -> Application:
    """Ask to join a group; whoever waits already changes what they wrote.

    Raises UnknownCommunity, NoGroup, CommunityClosed, MemberAlready, NotInRegion, TooManyWait, and UnknownPerson for
    whoever was erased meanwhile.
    """
    room = await group(context, by=by, community_id=community_id)
    if not await communities.is_for(context, record=room.record, country=letter.country):
        raise NotInRegion
    person, at = await people.me(context, by=by), clock.timestamp()
    async with context.database.transaction() as tx:
        if not await people.held(tx, [person.id]):
            raise UnknownPerson
        kept = await store.open_of(tx, community_id=community_id, person_id=person.id)
        if kept is None and await store.count_waiting(tx, community_id=community_id) >= WAITING_MAX:
            raise TooManyWait
        application_id = kept.id if kept else ids.new_id()
        sealed = _sealed(context, application_id, msgspec.json.encode(letter))
        told: dict[str, Any] = {"country": letter.country, "letter_sealed": sealed, "at": at}
        if kept is not None:
            await store.rewrite(tx, application_id, **told)
        elif not await store.add(
            tx, application_id=application_id, community_id=community_id, person_id=person.id, **told
        ):
            # The same person was faster in another window: theirs is changed.
            kept = await store.open_of(tx, community_id=community_id, person_id=person.id)
            if kept is None:
                raise ApplicationStep
            application_id = kept.id
            sealed = _sealed(context, application_id, msgspec.json.encode(letter))
            await store.rewrite(tx, application_id, country=letter.country, letter_sealed=sealed, at=at)
        await audit.record(tx, by=by, action="learn.group.applied", subject=f"application/{application_id}")
    return (await read(context, by=by, application_id=application_id))[0]


async def read(context: Context, *, by: Actor, application_id: str) -> tuple[Application, bool, bool]:
    """Return an application, whether it is one's own, and whether one leads the group; raises UnknownApplication."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, application_id)
    if kept is None:
        raise UnknownApplication
    own = by.kind == "person" and (await people.me(context, by=by)).id == kept.person_id
    try:
        leads = (await communities.inside(context, by=by, community_id=kept.community_id, leading=True)).leads
    except (UnknownCommunity, MembersOnly, LeadersOnly):
        leads = False
    if not own and not leads:
        raise UnknownApplication
    return _application(context, kept), own, leads


async def mine(context: Context, *, by: Actor) -> list[Application]:
    """Return the applications of whoever signed in, the newest first."""
    person = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person_id=person.id, limit=MINE_MAX)
    return [_application(context, one) for one in found]


async def waiting(
    context: Context, *, by: Actor, community_id: str, after: str = "", limit: int = 100
) -> list[tuple[Application, str]]:
    """Return who waits for a group, with their names, to those who lead it; raises UnknownCommunity, LeadersOnly."""
    await communities.inside(context, by=by, community_id=community_id, leading=True)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.waiting(tx, community_id=community_id, after=after, limit=limit)
    names = await people.people(context, person_ids=[one.person_id for one in found])
    return [(_application(context, one), names[one.person_id].name) for one in found]


async def call(context: Context, *, by: Actor, application_id: str, at: datetime, link: str) -> Application:
    """Plan the call with somebody who waits, or move it; raises UnknownApplication, LeadersOnly and others.

    The others: OwnApplication, CallTooEarly, CallTooFar, ApplicationStep.
    """
    await _leading(context, by, application_id)
    now = clock.now()
    if at <= now:
        raise CallTooEarly
    if at > now + timedelta(days=CALL_DAYS_MAX):
        raise CallTooFar
    async with context.database.transaction() as tx:
        if not await store.call(
            tx, application_id, call_at=clock.timestamp(at), call_link=link, at=clock.timestamp(now)
        ):
            raise ApplicationStep
        await audit.record(tx, by=by, action="learn.group.called", subject=f"application/{application_id}")
        await _tell(tx, application_id, Step.CALLED, clock.timestamp(at))
    return (await read(context, by=by, application_id=application_id))[0]


async def decide(context: Context, *, by: Actor, application_id: str, invited: bool, answer: str = "") -> Application:
    """Invite somebody who was called, who is a member from then on, or decline with a reason; twice is as once.

    Nobody is invited before their call. Raises UnknownApplication, LeadersOnly, OwnApplication, ApplicationStep,
    CallAhead, and what joining raises.
    """
    one = await _leading(context, by, application_id)
    state = Step.INVITED if invited else Step.DECLINED
    if one.state is state:
        return one
    if one.state not in steps_to(state):
        raise ApplicationStep
    if invited and one.call_at > clock.timestamp():
        raise CallAhead
    joins = invited and await communities.membership(
        context, community_id=one.community_id, person_id=one.person_id
    ) is None  # fmt: skip
    group = await communities.appointing(
        context, by=by, community_id=one.community_id, country=one.letter.country
    ) if joins else None  # fmt: skip
    return await _becomes(context, by, one, state, answer, group=group)


async def withdraw(context: Context, *, by: Actor, application_id: str) -> Application:
    """Want to join no more; twice is as once. Raises UnknownApplication, ApplicationStep."""
    one, own, _leads = await read(context, by=by, application_id=application_id)
    if not own:
        raise UnknownApplication
    return one if one.state is Step.WITHDRAWN else await _becomes(context, by, one, Step.WITHDRAWN, "")


async def channels(context: Context, *, by: Actor, community_id: str) -> tuple[Room, str]:
    """Return where a group talks, to those who belong to it; raises UnknownCommunity, MembersOnly."""
    room = await communities.inside(context, by=by, community_id=community_id)
    async with context.database.reading(one_statement=True) as tx:
        return room, await store.channels(tx, community_id=community_id)


async def put_channels(context: Context, *, by: Actor, community_id: str, channels: str) -> None:
    """Write down where a group talks; raises UnknownCommunity, LeadersOnly, CommunityClosed."""
    await communities.working(context, by=by, community_id=community_id, leading=True)
    async with context.database.transaction() as tx:
        await store.put_channels(tx, community_id=community_id, channels=channels, at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.group.channels-put", subject=f"community/{community_id}")


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("What you wrote in order to join a group"),
    days_setting("LEARN_APPLICATION_DAYS", 365, "what somebody wrote to join a group is kept once it was decided on"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person wrote in order to join."""
    await store.forget(tx, person_id=person_id)


async def _leading(context: Context, by: Actor, application_id: str) -> Application:
    one, own, leads = await read(context, by=by, application_id=application_id)
    if not leads:
        raise LeadersOnly
    if own:
        raise OwnApplication
    return one


async def _becomes(
    context: Context, by: Actor, one: Application, state: Step, answer: str, *, group: Record | None = None
) -> Application:
    """Change where an application stands, and in the same transaction let them into a group, if one is given."""
    sealed = _sealed(context, one.id, answer.encode()) if answer else None
    async with context.database.transaction() as tx:
        if not await store.become(
            tx, one.id, before=steps_to(state), state=state, answer_sealed=sealed, at=clock.timestamp()
        ):
            raise ApplicationStep
        if group is not None:
            await communities.enter(
                tx, by=by, record=group, person_id=one.person_id, role=MemberRole.MEMBER, country=one.letter.country
            )
        await audit.record(tx, by=by, action=f"learn.group.{state.value}", subject=f"application/{one.id}")
        if state in TOLD:
            await _tell(tx, one.id, state)
    return (await read(context, by=by, application_id=one.id))[0]


async def _tell(tx: Transaction, application_id: str, about: Step, call_at: str = "") -> None:
    told = {"application": application_id, "about": about.value, "at": call_at, "told": clock.timestamp()}
    await jobs.enqueue(tx, TELL, told)


async def to_tell(context: Context, *, application_id: str, about: str, call_at: str) -> tuple[Application, str] | None:
    """Return an application and its group's name; None where it is gone, or stands elsewhere by now."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, application_id)
    if kept is None or kept.state != about or (call_at and kept.call_at != call_at):
        return None
    one = _application(context, kept)
    named = await communities.names(context, community_ids=[one.community_id])
    return one, named.get(one.community_id, "")


def _sealed(context: Context, application_id: str, plain: bytes) -> bytes:
    return context.keys.seal(_PURPOSE, plain, bound_to=application_id)


def _application(context: Context, kept: Kept) -> Application:
    letter = context.keys.open(_PURPOSE, kept.letter_sealed, bound_to=kept.id)
    answer = context.keys.open(_PURPOSE, kept.answer_sealed, bound_to=kept.id).decode() if kept.answer_sealed else ""
    return Application(
        kept.id, kept.community_id, kept.person_id, msgspec.json.decode(letter, type=Letter), kept.state,
        kept.call_at or "", kept.call_link, answer, kept.created_at,
    )  # fmt: skip
