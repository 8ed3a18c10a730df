"""Fills a sandbox with the demo country, part by part; what is done is not done again, and a kill loses nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.manifest import Seeded
from govstack.pillars.learn.change.evaluation import service as evaluation
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN
from govstack.pillars.learn.country import model, store
from govstack.pillars.learn.country.model import (
    Assessed,
    Country,
    Discussed,
    Draw,
    Known,
    Lived,
    Met,
    Planned,
    Taken,
    Taught,
    Translated,
    Written,
)
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Link, Place, Source
from govstack.pillars.learn.frame.model import ADMINISTER, EVALUATE, FACILITATE, PLAN, TEACH
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import CHARTER, COMMUNITY, MemberRole
from govstack.pillars.learn.knowing.discussions import service as discussions
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.gatherings.errors import UnknownGathering
from govstack.pillars.learn.knowing.gatherings.model import GATHERING, ends
from govstack.pillars.learn.knowing.gatherings.service import Sight
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.knowing.opportunities.model import ContributionState
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.analytics import service as analytics
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import Stage
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer, Response
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.errors import UnknownCampaign
from govstack.pillars.learn.needs.campaigns.model import Given, Population, Rater
from govstack.pillars.learn.needs.campaigns.model import State as CampaignState
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import State as TestState
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Audience, Kind
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Result
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import EnrolledAlready
from govstack.pillars.learn.response.enrolment.model import SEATED
from govstack.pillars.learn.response.enrolment.model import State as EnrolmentState
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Offering

SEEDS = Path(__file__).parents[1] / "seeds" / "demo"
PROGRESS = "progress"
STARTED = "started"
RATINGS_AT_ONCE = 2_000
SCOPES = frozenset({PLAN, TEACH, EVALUATE, ADMINISTER, FACILITATE})

Act = Callable[["Filling"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Filling:
    """What the parts of a country are filled with."""

    context: Context
    country: Country
    kinds: Mapping[str, Kind]
    begun_at: datetime

    @property
    def officer(self) -> Actor:
        """Return who enters what a training unit enters."""
        return actor(self.country.author)

    def read(self, name: str) -> dict[str, Any]:
        """Return a file of the demo country."""
        return dict(read_yaml((SEEDS / name).read_text(encoding="utf-8")))


def actor(known: Known) -> Actor:
    """Return somebody of the country as they act, under a name that no sign-in has."""
    attributes = {people.NUMBER_ATTRIBUTE: known.number}
    return Actor("person", f"demo-country-{known.id}", known.name, scopes=SCOPES, attributes=attributes)


def member(person: Person) -> Actor:
    """Return a member of a community as they act: without any scope, under a name that no sign-in has."""
    attributes = {people.NUMBER_ATTRIBUTE: person.number or ""}
    return Actor("person", f"demo-country-{person.id}", person.name, attributes=attributes)


async def fill(context: Context, kinds: Mapping[str, Kind]) -> Seeded:
    """Bring the demo country where it is missing; what people of the sandbox changed stays."""
    country = msgspec.convert(read_yaml((SEEDS / "country.yaml").read_text(encoding="utf-8")), Country)
    async with context.database.transaction() as tx:
        # The days of the country count from here, also when it is filled on after a kill.
        await store.finish(tx, STARTED)
        begun = clock.parse(await store.done(tx, STARTED))
    filling, new = Filling(context, country, kinds, begun), []
    told = context.memory.get(PROGRESS, lambda *_: None)
    for number, (name, act) in enumerate(PARTS.items()):
        told(number, len(PARTS), name)
        async with context.database.reading(one_statement=True) as tx:
            if await store.done(tx, name):
                continue
        await act(filling)
        async with context.database.transaction() as tx:
            await store.finish(tx, name)
        new.append(name)
    if new:
        await analytics.refresh(context)
    told(len(PARTS), len(PARTS), "done")
    return Seeded(tuple(new), {"civil servants": await people.count(context)})


async def _people(filling: Filling) -> None:
    for organisation in model.organisations(filling.country):
        await people.put_organisation(filling.context, by=filling.officer, organisation=organisation)
    await people.put(filling.context, by=filling.officer, people=model.people(filling.country))


async def _ratings(filling: Filling) -> None:
    known = {one.id: one for one in await profiles.profiles(filling.context)}
    given = model.ratings(filling.country, known, filling.begun_at.date())
    for start in range(0, len(given), RATINGS_AT_ONCE):
        part = given[start : start + RATINGS_AT_ONCE]
        await ratings.rate(filling.context, by=filling.officer, ratings=part)


async def _records(filling: Filling) -> None:
    for one in msgspec.convert(filling.read("records.yaml")["records"], list[Written]):
        content = model.dated(one.content, filling.begun_at.date())
        kind = filling.kinds[one.kind]
        await records.put(filling.context, by=filling.officer, kind=kind, draft=Draft(content), record_id=one.id)


async def _campaign(filling: Filling) -> None:
    told = msgspec.convert(filling.read("records.yaml")["campaign"], Assessed)
    context, by, day = filling.context, filling.officer, filling.begun_at.date()
    given = Given(
        titles=told.titles, instrument_id=told.instrument, opens_on=(day + timedelta(days=told.opens)).isoformat(),
        closes_on=(day + timedelta(days=told.closes)).isoformat(), raters=(Rater.GROUP,), population=Population(),
    )  # fmt: skip
    try:
        found = await campaigns.campaign(context, campaign_id=told.id)
    except UnknownCampaign:
        found = await campaigns.plan(context, by=by, campaign_id=told.id, given=given)
    if found.state is CampaignState.CLOSED:
        return
    started = await campaigns.start(context, by=by, campaign_id=told.id)
    responses = [
        Response(
            id=f"{told.id}-{office.id}", about=office.id, rater=Rater.GROUP, meeting="first", notes=told.notes,
            answers=tuple(
                Answer(item=item.id, choice=Draw(f"{office.id} {item.id}").of(told.shares))
                for item in started.frozen.choosing
            ),
        )
        for office in filling.country.organisations
    ]  # fmt: skip
    await answers.add(context, by=by, campaign_id=told.id, responses=responses)
    await campaigns.close(context, by=by, campaign_id=told.id)


async def _offerings(filling: Filling) -> None:
    told = filling.read("offerings.yaml")
    for given in told["offerings"]:
        one = model.offering(given)
        await _evaluated(filling, one, told["evaluation"])
        await offerings.put_offering(filling.context, by=filling.officer, offering=one)
    everybody = model.people(filling.country)
    for planned in msgspec.convert(told["sessions"], list[Planned]):
        await _session(filling, planned, model.put_forward(planned, everybody))


async def _evaluated(filling: Filling, one: Offering, levels: Mapping[str, str]) -> None:
    if not await evaluation.is_planned(filling.context, offering_id=one.id):
        content = {"name": one.titles["en"], "offering": one.id, **levels}
        kind = filling.kinds[EVALUATION_PLAN.name]
        await records.put(filling.context, by=filling.officer, kind=kind, draft=Draft(content), record_id=one.id)


async def _session(filling: Filling, planned: Planned, learners: list[str]) -> None:
    context, by, day = filling.context, filling.officer, filling.begun_at.date()
    await offerings.put_session(context, by=by, session=model.session(planned, day, open_now=True))
    for learner_id in learners:
        try:
            await enrolment.nominate(context, by=by, session_id=planned.id, person_id=learner_id)
        except EnrolledAlready:
            # A kill came in between: the others follow.
            continue
    for place, one in enumerate(await enrolment.of_session(context, by=by, session_id=planned.id)):
        # The last three of a course to come wait for the training unit, so that its desk has something to decide.
        if one.enrolment.state is EnrolmentState.ENDORSED and (planned.held or place < len(learners) - 3):
            await enrolment.decide(context, by=by, enrolment_id=one.enrolment.id, accept=True)
    if planned.held:
        await _held(filling, planned)


async def _held(filling: Filling, planned: Planned) -> None:
    context, by, held = filling.context, filling.officer, planned.held
    assert held is not None
    session = model.session(planned, filling.begun_at.date(), open_now=False)
    await offerings.put_session(context, by=by, session=session)
    for one in await enrolment.of_session(context, by=by, session_id=planned.id):
        if one.enrolment.state not in SEATED:
            continue
        for day in session.held_on:
            came = Draw(f"{one.enrolment.person_id} {day:%j}").number(1, 100) <= held.attended
            await attendance.note(context, by=by, enrolment_id=one.enrolment.id, day=day, present=came)
        percent = Draw(f"{one.enrolment.person_id} result").number(*held.results)
        result = Result(part=1, done=True, percent=percent)
        await attendance.put_result(context, by=by, enrolment_id=one.enrolment.id, result=result)
    await attendance.close(context, by=by, session_id=planned.id)


async def _course(filling: Filling) -> None:
    told = msgspec.convert(filling.read("course.yaml"), Taught)
    context, author, reviewer = filling.context, actor(filling.country.author), actor(filling.country.reviewer)
    await items.take_in(context, by=author, items=told.items)
    if told.test.id not in {one.id for one in await tests.listed(context)}:
        await tests.put(context, by=author, test=told.test)
    await tests.assemble(context, by=author, test_id=told.test.id)
    await tests.set_state(context, by=author, test_id=told.test.id, state=TestState.OPEN)
    await achievements.put(context, by=author, achievement=told.badge)
    for course in (Translated(id=told.id, sheet=told.sheet, pages=told.pages), *told.translations):
        await _published(context, told, course, author, reviewer)
        await earning.link(context, by=author, place=Place(Source.COURSE, course.id), one=Link(told.badge.id))


async def _published(context: Context, told: Taught, course: Translated, author: Actor, reviewer: Actor) -> None:
    one = await courses.create(context, by=author, sheet=course.sheet, pages=course.pages, course_id=course.id)
    if one.published_version:
        return
    for stage in (Stage.DESIGN, Stage.DEVELOPMENT, Stage.IMPLEMENTATION):
        if list(Stage).index(one.stage) < list(Stage).index(stage):
            await courses.add_artefact(context, by=author, course_id=course.id, words=told.artefacts)
            one = await courses.advance(context, by=author, course_id=course.id, to=stage)
    notes = {item.id: told.checks for item in await courses.checklist(context) if item.active}
    await courses.put_checks(context, by=author, course_id=course.id, notes=notes)
    await courses.submit(context, by=author, course_id=course.id)
    await courses.decide(context, by=reviewer, course_id=course.id, approved=True, words=told.review)


async def _communities(filling: Filling) -> None:
    told = filling.read("communities.yaml")
    everybody = model.people(filling.country)
    for one in msgspec.convert(told["knowledge"], list[Written]):
        await _put(filling, one.kind, one.id, one.content)
    for lived in msgspec.convert(told["communities"], list[Lived]):
        await _put(filling, COMMUNITY.name, lived.id, lived.content, Audience.PARTNER)
        members = model.members(lived, filling.country, everybody)
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
        await gatherings.next_event(filling.context, community_id=lived.id)
        if lived.public:
            # It may be public now that its next event is planned.
            await _put(filling, COMMUNITY.name, lived.id, lived.content, Audience.PUBLIC)


async def _put(
    filling: Filling, kind: str, record_id: str, content: Mapping[str, Any], audience: Audience = Audience.PRIVATE
) -> None:
    draft = Draft(model.dated(dict(content), filling.begun_at.date()), audience)
    await records.put(filling.context, by=filling.officer, kind=filling.kinds[kind], draft=draft, record_id=record_id)


async def _joined(filling: Filling, lived: Lived, members: Sequence[Person]) -> None:
    leading = {members[place - 1].id for place in lived.facilitators}
    everybody = [*(one.id for one in members), *lived.also]
    for day, person_id in zip(lived.joined, everybody, strict=True):
        with clock.fixed(model.moment(filling.begun_at, day)):
            await communities.appoint(
                filling.context, by=filling.officer, community_id=lived.id, person_id=person_id,
                role=MemberRole.FACILITATOR if person_id in leading else MemberRole.MEMBER,
            )  # fmt: skip


async def _chartered(filling: Filling, lived: Lived) -> None:
    context, by, charter = filling.context, filling.officer, lived.charter
    if await communities.charters(context, community_id=lived.id):
        return
    with clock.fixed(model.moment(filling.begun_at, charter.put)):
        await _put(filling, CHARTER.name, charter.id, {"community": lived.id, **charter.content})
        await communities.submit_charter(context, by=by, charter_id=charter.id)
    with clock.fixed(model.moment(filling.begun_at, charter.approved)):
        await communities.decide_charter(context, by=by, charter_id=charter.id, approved=True)


async def _contributed(filling: Filling, lived: Lived, taken: Taken, who: Actor) -> None:
    context, begun = filling.context, filling.begun_at
    with clock.fixed(model.moment(begun, taken.taken)):
        one = await opportunities.volunteer(
            context, by=who, community_id=lived.id, number=taken.number, role=taken.role, effort_hours=taken.hours,
            due_on=(begun + timedelta(days=taken.due)).date(),
        )  # fmt: skip
    if taken.done is not None:
        with clock.fixed(model.moment(begun, taken.done)):
            state = ContributionState.DONE
            await opportunities.change(context, by=who, contribution_id=one.id, state=state, note=taken.note)
    if taken.confirmed is not None:
        with clock.fixed(model.moment(begun, taken.confirmed)):
            state = ContributionState.CONFIRMED
            await opportunities.change(context, by=filling.officer, contribution_id=one.id, state=state)


async def _discussed(filling: Filling, lived: Lived, told: Discussed, members: Sequence[Person]) -> None:
    context, begun = filling.context, filling.begun_at
    with clock.fixed(model.moment(begun, told.asked)):
        asked = await discussions.ask(
            context, by=member(members[told.who - 1]), community_id=lived.id, title=told.title, body=told.body
        )
    for said in told.answers:
        with clock.fixed(model.moment(begun, told.asked, said.after)):
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
    with clock.fixed(model.moment(begun, met.planned)):
        found = await _planned(filling, lived, met)
        for place in met.comes if found.open else ():
            await gatherings.come(context, by=member(members[place - 1]), gathering_id=met.id, comes=True)
    if not met.said or not found.open:
        return
    with clock.fixed(ends(found.record.content)):
        for place in met.came:
            await gatherings.attend(
                context, by=by, gathering_id=met.id, person_id=members[place - 1].id, came=True
            )  # fmt: skip
        await gatherings.close(context, by=by, gathering_id=met.id, said=met.said)


async def _planned(filling: Filling, lived: Lived, met: Met) -> Sight:
    try:
        return await gatherings.sight(filling.context, by=filling.officer, gathering_id=met.id)
    except UnknownGathering:
        content, audience = (
            {"community": lived.id, **met.content},
            Audience.PUBLIC if lived.public else Audience.PARTNER,
        )
        await _put(filling, GATHERING.name, met.id, content, audience)
    return await gatherings.sight(filling.context, by=filling.officer, gathering_id=met.id)


PARTS: Mapping[str, Act] = {
    "people": _people,
    "ratings": _ratings,
    "plans": _records,
    "assessment": _campaign,
    "course": _course,
    "offerings": _offerings,
    "communities": _communities,
}
