"""Lets communities live until the first day: members, charters, contributions, questions and events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.pillars.learn.country.filling.service import Filling, member
from govstack.pillars.learn.country.living.model import Discussed, Lived, Met, Taken, members_of
from govstack.pillars.learn.country.model import Written, moment
from govstack.pillars.learn.country.model import people as everybody_of
from govstack.pillars.learn.knowing.agenda import service as agenda
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import CHARTER, COMMUNITY, MemberRole
from govstack.pillars.learn.knowing.discussions import service as discussions
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.gatherings.errors import UnknownGathering
from govstack.pillars.learn.knowing.gatherings.model import GATHERING, Seating, ends
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.knowing.opportunities.model import ContributionState
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records.model import Audience


async def communities_of(filling: Filling) -> None:
    """Let the communities live until the first day."""
    told = filling.read("communities.yaml")
    everybody = everybody_of(filling.country)
    for one in msgspec.convert(told["knowledge"], list[Written]):
        await filling.put(one.kind, one.id, one.content)
    for lived in msgspec.convert(told["communities"], list[Lived]):
        await filling.put(COMMUNITY.name, lived.id, lived.content, Audience.PARTNER)
        members = members_of(lived, filling.country, everybody)
        await _joined(filling, lived, members)
        await _chartered(filling, lived)
        known = await opportunities.of_community(filling.context, by=filling.officer, community_id=lived.id)
        for taken in lived.contributions[len(known) :]:
            await _contributed(filling, lived, taken, member(members[taken.who - 1]))
        _room, asked = await discussions.listed(filling.context, by=filling.officer, community_id=lived.id)
        for discussed in lived.discussions[len(asked) :]:
            await _discussed(filling, lived, discussed, members)
        for met in lived.gatherings:
            await _met(filling, lived, met, members)
        await agenda.next_event(filling.context, community_id=lived.id)
        if lived.public:
            # It may be public now that its next event is planned.
            await filling.put(COMMUNITY.name, lived.id, lived.content, Audience.PUBLIC)


async def _joined(filling: Filling, lived: Lived, members: Sequence[Person]) -> None:
    leading = {members[place - 1].id for place in lived.facilitators}
    everybody = [*(one.id for one in members), *lived.also]
    for day, person_id in zip(lived.joined, everybody, strict=True):
        with clock.fixed(moment(filling.begun_at, day)):
            await communities.appoint(
                filling.context, by=filling.officer, community_id=lived.id, person_id=person_id,
                role=MemberRole.FACILITATOR if person_id in leading else MemberRole.MEMBER,
            )  # fmt: skip


async def _chartered(filling: Filling, lived: Lived) -> None:
    context, by, charter = filling.context, filling.officer, lived.charter
    if await communities.charters(context, community_id=lived.id):
        return
    with clock.fixed(moment(filling.begun_at, charter.put)):
        await filling.put(CHARTER.name, charter.id, {"community": lived.id, **charter.content})
        await communities.submit_charter(context, by=by, charter_id=charter.id)
    with clock.fixed(moment(filling.begun_at, charter.approved)):
        await communities.decide_charter(context, by=by, charter_id=charter.id, approved=True)


async def _contributed(filling: Filling, lived: Lived, taken: Taken, who: Actor) -> None:
    context, begun = filling.context, filling.begun_at
    with clock.fixed(moment(begun, taken.taken)):
        one = await opportunities.volunteer(
            context, by=who, community_id=lived.id, number=taken.number, role=taken.role, effort_hours=taken.hours,
            due_on=(begun + timedelta(days=taken.due)).date(),
        )  # fmt: skip
    if taken.done is not None:
        with clock.fixed(moment(begun, taken.done)):
            state = ContributionState.DONE
            await opportunities.change(context, by=who, contribution_id=one.id, state=state, note=taken.note)
    if taken.confirmed is not None:
        with clock.fixed(moment(begun, taken.confirmed)):
            state = ContributionState.CONFIRMED
            await opportunities.change(context, by=filling.officer, contribution_id=one.id, state=state)


async def _discussed(filling: Filling, lived: Lived, told: Discussed, members: Sequence[Person]) -> None:
    context, begun = filling.context, filling.begun_at
    with clock.fixed(moment(begun, told.asked)):
        asked = await discussions.ask(
            context, by=member(members[told.who - 1]), community_id=lived.id, title=told.title, body=told.body
        )
    for said in told.answers:
        with clock.fixed(moment(begun, told.asked, said.after)):
            reply = await discussions.answer(
                context, by=member(members[said.who - 1]), discussion_id=asked.id, body=said.body
            )
            for place in said.used:
                user = member(members[place - 1])
                await discussions.use(context, by=user, discussion_id=asked.id, answer_id=reply.id)
            if said.first:
                await discussions.promote(
                    context, by=filling.officer, discussion_id=asked.id, answer_id=reply.id, promoted=True
                )


async def _met(filling: Filling, lived: Lived, met: Met, members: Sequence[Person]) -> None:
    context, by, begun = filling.context, filling.officer, filling.begun_at
    with clock.fixed(moment(begun, met.planned)):
        found = await _planned(filling, lived, met)
        if met.seats and found.open:
            given = Seating(met.seats, met.quotas)
            await gatherings.put_seats(context, by=by, gathering_id=met.id, given=given)
        for place in met.comes if found.open else ():
            await gatherings.come(context, by=member(members[place - 1]), gathering_id=met.id, comes=True)
    if not met.said or not found.open:
        return
    with clock.fixed(ends(found.record.content)):
        came = [members[place - 1].id for place in met.came]
        await gatherings.attend(context, by=by, gathering_id=met.id, people_ids=came, came=True)
        await gatherings.close(context, by=by, gathering_id=met.id, said=met.said)


async def _planned(filling: Filling, lived: Lived, met: Met) -> Sight:
    try:
        return await gatherings.sight(filling.context, by=filling.officer, gathering_id=met.id)
    except UnknownGathering:
        content, audience = (
            {"community": lived.id, **met.content},
            Audience.PUBLIC if lived.public else Audience.PARTNER,
        )
        await filling.put(GATHERING.name, met.id, content, audience)
    return await gatherings.sight(filling.context, by=filling.officer, gathering_id=met.id)
