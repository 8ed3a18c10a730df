"""Lets experts, reviewers and leaders act in the demo country, each on the day on which they did."""

from __future__ import annotations

import msgspec

from govstack.kernel import clock
from govstack.pillars.learn.country.advising.model import Adopted, Advised, Asked, Voiced
from govstack.pillars.learn.country.filling.service import Filling, actor, member
from govstack.pillars.learn.country.model import moment
from govstack.pillars.learn.frame.model import LEAD
from govstack.pillars.learn.knowing.excellence import service as excellence
from govstack.pillars.learn.knowing.excellence.model import ASSIGNED, DONE, REQUEST, RequestGiven
from govstack.pillars.learn.knowing.knowledge import service as knowledge
from govstack.pillars.learn.knowing.reviews import service as reviews
from govstack.pillars.learn.knowing.showcase import service as showcase
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.response.programmes.model import PROGRAMME


async def advice_of(filling: Filling) -> None:
    """Write down what was advised, asked, reviewed, adopted and published until the first day."""
    told = msgspec.convert(filling.read("advice.yaml"), Advised)
    named = {*(one.who for one in told.requests), *(one.who for one in told.voices), filling.country.known[0].id}
    known = await people.people(filling.context, person_ids=named)
    minister = member(known[filling.country.known[0].id], LEAD)
    for one in told.records:
        with clock.fixed(moment(filling.begun_at, one.day)):
            by = minister if one.lead else filling.officer
            await filling.put(one.kind, one.id, one.content, one.audience, by=by)
    for asked in told.requests:
        await _asked(filling, asked, known[asked.who])
    for voiced in told.voices:
        await _voiced(filling, voiced, known[voiced.who])
    await _adopted(filling, told.adopted)
    for item_id in told.published:
        await _published(filling, item_id)


async def _asked(filling: Filling, asked: Asked, who: Person) -> None:
    context, by = filling.context, member(who)
    given = RequestGiven(subject=asked.subject, need=asked.need, service_line=asked.service, area=asked.area)
    with clock.fixed(moment(filling.begun_at, asked.filed)):
        filed = await excellence.file(context, by=by, request_id=asked.id, given=given)
    if asked.staffed is None:
        return
    content = {**filed.content, "state": ASSIGNED, "experts": list(asked.experts), "staffed": f"day{asked.staffed:+}"}
    if asked.closed is not None:
        content |= {
            "state": DONE, "closed": f"day{asked.closed:+}", "outcome": asked.outcome, "reuses": list(asked.reuses)
        }  # fmt: skip
    with clock.fixed(moment(filling.begun_at, asked.staffed if asked.closed is None else asked.closed)):
        await filling.put(REQUEST.name, asked.id, content)
        if asked.satisfaction:
            await excellence.judge(context, by=by, request_id=asked.id, satisfaction=asked.satisfaction)


async def _voiced(filling: Filling, voiced: Voiced, who: Person) -> None:
    context, by = filling.context, member(who)
    with clock.fixed(moment(filling.begun_at, voiced.day)):
        await reviews.declare(context, by=by, round_id=voiced.round, conflict=voiced.conflict)
        if voiced.decision:
            await reviews.decide(
                context, by=by, round_id=voiced.round, decision=voiced.decision, comment=voiced.comment
            )


async def _adopted(filling: Filling, adopted: Adopted) -> None:
    context, by = filling.context, filling.officer
    async for one in records.each(context, by=by, kind=PROGRAMME):
        if one.content["name"] == adopted.name:
            return
    await showcase.adopt(
        context, by=by, practice_id=adopted.practice, name=adopted.name, attribution=adopted.attribution
    )  # fmt: skip


async def _published(filling: Filling, item_id: str) -> None:
    context = filling.context
    if not (await knowledge.standing(context, by=filling.officer, item_id=item_id)).published:
        await knowledge.propose(context, by=filling.officer, item_id=item_id)
        await knowledge.publish(context, by=actor(filling.country.reviewer), item_id=item_id)
