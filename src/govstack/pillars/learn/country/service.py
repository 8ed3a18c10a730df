"""Fills a sandbox with the demo country, part by part; what is done is not done again, and a kill loses nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import msgspec

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.manifest import Seeded
from govstack.pillars.learn.change.evaluation import service as evaluation
from govstack.pillars.learn.change.evaluation.model import EVALUATION_PLAN
from govstack.pillars.learn.country import model, store
from govstack.pillars.learn.country.advising.service import advice_of
from govstack.pillars.learn.country.equipping.service import training_of
from govstack.pillars.learn.country.filling.service import SEEDS, Filling
from govstack.pillars.learn.country.living.service import communities_of
from govstack.pillars.learn.country.model import (
    Assessed,
    Country,
    Draw,
    ForAll,
    Planned,
    Taught,
    Translated,
    Written,
)
from govstack.pillars.learn.country.piloting.service import pilot_of
from govstack.pillars.learn.earning import service as earning
from govstack.pillars.learn.earning.model import Link, Place, Source
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.analytics import service as analytics
from govstack.pillars.learn.learning.courses import service as courses
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
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.attendance.model import Mark, Result
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.errors import EnrolledAlready
from govstack.pillars.learn.response.enrolment.model import SEATED
from govstack.pillars.learn.response.enrolment.model import State as EnrolmentState
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Offering
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.stages.model import Stage

PROGRESS = "progress"
STARTED = "started"
RATINGS_AT_ONCE = 2_000

Act = Callable[[Filling], Awaitable[None]]


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


async def _said(filling: Filling) -> None:
    """Let people say of themselves what the country asks; nothing is kept where it asks nothing."""
    if splits.asked(filling.context):
        await splits.tell(filling.context, by=filling.officer, said=model.said(filling.country))


async def _ratings(filling: Filling) -> None:
    known = {one.id: one for one in await profiles.profiles(filling.context)}
    given = model.ratings(filling.country, known, filling.first_day)
    for start in range(0, len(given), RATINGS_AT_ONCE):
        part = given[start : start + RATINGS_AT_ONCE]
        await ratings.rate(filling.context, by=filling.officer, ratings=part)


async def _records(filling: Filling) -> None:
    for one in msgspec.convert(filling.read("records.yaml")["records"], list[Written]):
        await filling.put(one.kind, one.id, one.content)


async def _campaign(filling: Filling) -> None:
    told = msgspec.convert(filling.read("records.yaml")["campaign"], Assessed)
    context, by, day = filling.context, filling.officer, filling.first_day
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
        await _session(filling, planned, model.put_forward(planned, everybody, decides=filling.country.author.id))


async def _evaluated(filling: Filling, one: Offering, levels: Mapping[str, str]) -> None:
    if not await evaluation.is_planned(filling.context, offering_id=one.id):
        await filling.put(EVALUATION_PLAN.name, one.id, {"name": one.titles["en"], "offering": one.id, **levels})


async def _session(filling: Filling, planned: Planned, learners: list[str]) -> None:
    context, by, day = filling.context, filling.officer, filling.first_day
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
    session = model.session(planned, filling.first_day, open_now=False)
    await offerings.put_session(context, by=by, session=session)
    for one in await enrolment.of_session(context, by=by, session_id=planned.id):
        if one.enrolment.state not in SEATED:
            continue
        for place, day in enumerate(session.held_on):
            # By the place of the day, so that the same people come whenever the sandbox is filled.
            came = Draw(f"{one.enrolment.person_id} {planned.id} {place}").number(1, 100) <= held.attended
            mark = Mark.PRESENT if came else Mark.ABSENT
            await attendance.note(context, by=by, enrolment_id=one.enrolment.id, day=day, mark=mark)
        percent = Draw(f"{one.enrolment.person_id} result").number(*held.results)
        result = Result(part=1, done=True, percent=percent)
        await attendance.put_result(context, by=by, enrolment_id=one.enrolment.id, result=result)
    await attendance.close(context, by=by, session_id=planned.id)


async def _course(filling: Filling) -> None:
    told = msgspec.convert(filling.read("course.yaml"), Taught)
    context, author, reviewer = filling.context, filling.officer, filling.reviewer
    await items.take_in(context, by=author, items=told.items)
    if told.test.id not in {one.id for one in await tests.listed(context)}:
        await tests.put(context, by=author, test=told.test)
    await tests.assemble(context, by=author, test_id=told.test.id)
    await tests.set_state(context, by=author, test_id=told.test.id, state=TestState.OPEN)
    await achievements.put(context, by=author, achievement=told.badge)
    for course in (Translated(id=told.id, sheet=told.sheet, pages=told.pages), *told.translations):
        await _published(context, told, course, author, reviewer)
        await earning.link(context, by=author, place=Place(Source.COURSE, course.id), one=Link(told.badge.id))


async def _citizens(filling: Filling) -> None:
    told = msgspec.convert(filling.read("citizens.yaml"), ForAll)
    for course in told.courses:
        await _published(filling.context, told, course, filling.officer, filling.reviewer)


async def _published(
    context: Context, told: Taught | ForAll, course: Translated, author: Actor, reviewer: Actor
) -> None:
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


PARTS: Mapping[str, Act] = {
    "people": _people,
    "self-descriptions": _said,
    "ratings": _ratings,
    "plans": _records,
    "assessment": _campaign,
    "course": _course,
    "citizens": _citizens,
    "offerings": _offerings,
    "pilot": pilot_of,
    "communities": communities_of,
    "training": training_of,
    "advice": advice_of,
}
