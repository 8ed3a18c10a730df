"""Use cases of contributions: volunteer, say that it is done, confirm."""

from __future__ import annotations

from datetime import date, timedelta

from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import LeadersOnly, MembersOnly, UnknownCommunity
from govstack.pillars.learn.knowing.communities.model import Act
from govstack.pillars.learn.knowing.opportunities import store
from govstack.pillars.learn.knowing.opportunities.errors import (
    ContributionStep,
    DueTooSoon,
    OwnContribution,
    TooManyContributions,
    UnknownContribution,
    UnknownOpportunity,
)
from govstack.pillars.learn.knowing.opportunities.model import (
    BY_LEADER,
    BY_MEMBER,
    CONTRIBUTIONS_MAX,
    DUE_DAYS_MAX,
    Contribution,
    ContributionState,
)
from govstack.pillars.learn.knowing.opportunities.store import Kept
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson

DONE = "learn.contribution.done"
_PURPOSE = "contribution"


async def volunteer(
    context: Context, *, by: Actor, community_id: str, number: int, role: str, effort_hours: int, due_on: date
) -> Contribution:
    """Take on an opportunity of a community as a task of one's own.

    Raises UnknownCommunity, MembersOnly, CommunityClosed, UnknownOpportunity, DueTooSoon, TooManyContributions.
    """
    room = await communities.working(context, by=by, community_id=community_id)
    if room.member is None:
        raise MembersOnly
    offered = room.record.content["opportunities"]
    if not 1 <= number <= len(offered):
        raise UnknownOpportunity
    today = clock.today()
    if not today <= due_on <= today + timedelta(days=DUE_DAYS_MAX):
        raise DueTooSoon
    at, person_id = clock.timestamp(), room.member.person_id
    kept = Kept(
        ids.new_id(), community_id, person_id, offered[number - 1], role, effort_hours, due_on.isoformat(),
        ContributionState.OPEN, None, at, at,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if not await people.held(tx, [person_id]):
            raise UnknownPerson
        if len(await store.of_person(tx, person_id=person_id, limit=CONTRIBUTIONS_MAX)) >= CONTRIBUTIONS_MAX:
            raise TooManyContributions
        await store.add(tx, kept)
        await communities.note(
            tx, community_id=community_id, person_id=person_id, act=Act.VOLUNTEERED, reference=kept.id
        )  # fmt: skip
        await audit.record(tx, by=by, action="learn.contribution.begun", subject=f"contribution/{kept.id}")
    return _contribution(context, kept)


async def mine(context: Context, *, by: Actor) -> list[Contribution]:
    """Return the contributions of whoever signed in, the newest first."""
    person = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person_id=person.id, limit=CONTRIBUTIONS_MAX)
    return [_contribution(context, one) for one in found]


async def confirmed(context: Context, *, person_id: str, community_id: str) -> list[str]:
    """Return what somebody did for a community that was confirmed, by its opportunities."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person_id=person_id, limit=CONTRIBUTIONS_MAX)
    return [
        one.opportunity for one in found
        if one.community_id == community_id and one.state is ContributionState.CONFIRMED
    ]  # fmt: skip


async def contributors(
    context: Context, *, community_id: str, after: str = "", limit: int = 100
) -> list[str]:  # fmt: skip
    """Return people whose contributions to a community were confirmed, by their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.contributors(tx, community_id, after=after, limit=limit)


async def count_contributors(context: Context, *, community_id: str) -> int:
    """Return how many people have confirmed contributions to a community."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.count_contributors(tx, community_id)


async def of_community(
    context: Context, *, by: Actor, community_id: str, after: str = "", limit: int = 100
) -> list[tuple[Contribution, str]]:
    """Return what members do for a community, with their names, to those who lead it; raises LeadersOnly."""
    await communities.inside(context, by=by, community_id=community_id, leading=True)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_community(tx, community_id=community_id, after=after, limit=limit)
    names = await people.people(context, person_ids=[one.person_id for one in found])
    return [(_contribution(context, one), names[one.person_id].name) for one in found]


async def read(context: Context, *, by: Actor, contribution_id: str) -> tuple[Contribution, bool, bool]:
    """Return a contribution, whether it is one's own, and whether one leads there; raises UnknownContribution."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, contribution_id)
    if kept is None:
        raise UnknownContribution
    own = by.kind == "person" and (await people.me(context, by=by)).id == kept.person_id
    try:
        leads = (await communities.room(context, by=by, community_id=kept.community_id)).leads
    except UnknownCommunity:
        leads = False
    if not own and not leads:
        raise UnknownContribution
    return _contribution(context, kept), own, leads


async def change(
    context: Context, *, by: Actor, contribution_id: str, state: ContributionState, note: str = ""
) -> Contribution:
    """Say what became of a contribution: done or withdrawn by whoever does it, confirmed or open again by who leads.

    Raises UnknownContribution, LeadersOnly, OwnContribution, ContributionStep.
    """
    one, own, leads = await read(context, by=by, contribution_id=contribution_id)
    if one.state is state:
        return one
    step = (one.state, state)
    if step in BY_LEADER:
        if own:
            raise OwnContribution
        if not leads:
            raise LeadersOnly
    elif step not in BY_MEMBER or not own:
        raise ContributionStep
    told = note or one.note
    sealed = context.keys.seal(_PURPOSE, told.encode(), bound_to=one.id) if told else None
    async with context.database.transaction() as tx:
        if not await people.held(tx, [one.person_id]):
            raise UnknownContribution
        if not await store.change(
            tx, contribution_id=one.id, before=one.state, state=state, note_sealed=sealed, at=clock.timestamp()
        ):
            raise ContributionStep
        if state is ContributionState.CONFIRMED:
            await communities.note(
                tx, community_id=one.community_id, person_id=one.person_id, act=Act.CONTRIBUTED, reference=one.id
            )  # fmt: skip
            data = {"contributionId": one.id, "communityId": one.community_id, "personId": one.person_id}
            await events.publish(tx, type=DONE, subject=f"contribution/{one.id}", data=data)
        await audit.record(tx, by=by, action=f"learn.contribution.{state.value}", subject=f"contribution/{one.id}")
    return (await read(context, by=by, contribution_id=one.id))[0]


async def forget(tx: Transaction, person_id: str) -> None:
    """Remove what an erased person took on."""
    await store.forget(tx, person_id=person_id)


def _contribution(context: Context, kept: Kept) -> Contribution:
    note = context.keys.open(_PURPOSE, kept.note_sealed, bound_to=kept.id).decode() if kept.note_sealed else ""
    return Contribution(
        kept.id, kept.community_id, kept.person_id, kept.opportunity, kept.role, kept.effort_hours, kept.due_on,
        kept.state, note, kept.created_at, kept.changed_at,
    )  # fmt: skip
