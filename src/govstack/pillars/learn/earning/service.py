"""Use cases of earning: say which badges are earned where, and award them to whoever reached what they ask for."""

from __future__ import annotations

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.earning import store
from govstack.pillars.learn.earning.errors import (
    NoRuleOfCommunity,
    NoRuleOfCourse,
    NoRuleOfOffering,
    NotOffered,
    TooManyBadges,
)
from govstack.pillars.learn.earning.model import (
    BADGES_MAX,
    WHOLE_PERCENT,
    Earned,
    Link,
    Place,
    Source,
    contributed,
    fits,
    score_percent,
)
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.errors import NotAwardable
from govstack.pillars.learn.learning.badges.model import Content
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import PageKind
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.offerings import service as offerings

BY = Actor.system("badges earned")
REFUSALS = {
    Source.COURSE: NoRuleOfCourse, Source.OFFERING: NoRuleOfOffering, Source.COMMUNITY: NoRuleOfCommunity
}  # fmt: skip


async def link(context: Context, *, by: Actor, place: Place, one: Link) -> list[Earned]:
    """Let a badge be earned somewhere under its rule from now on; twice is as once.

    Raises UnknownCourse, UnknownOffering, UnknownCommunity, LeadersOnly, CommunityClosed, UnknownAchievement,
    NoRuleOfCourse, NoRuleOfOffering, NoRuleOfCommunity, NotOffered, TooManyBadges.
    """
    if place.kind is Source.COMMUNITY:
        room = await communities.working(context, by=by, community_id=place.id, leading=True)
        if one.task and one.task not in room.record.content["opportunities"]:
            raise NotOffered(fields={"task": NotOffered.title})
    else:
        await _require(context, by, place)
    achievement = await achievements.read(context, achievement_id=one.achievement_id)
    if not fits(place.kind, achievement):
        raise REFUSALS[place.kind]
    async with context.database.transaction() as tx:
        linked = {known.achievement_id for known in await store.of_place(tx, place)}
        if one.achievement_id not in linked and len(linked) >= BADGES_MAX:
            raise TooManyBadges
        if await store.link(tx, place, one, created_at=clock.timestamp()):
            detail = {"achievementId": one.achievement_id}
            await audit.record(tx, by=by, action="learn.earning.linked", subject=place.reference, detail=detail)
    return await of_place(context, place=place)


async def unlink(context: Context, *, by: Actor, place: Place, achievement_id: str) -> list[Earned]:
    """Let a badge be earned somewhere no more; those that were earned stay. Raises what `shown` raises, LeadersOnly."""
    await _require(context, by, place, changing=True)
    async with context.database.transaction() as tx:
        if await store.unlink(tx, place, achievement_id=achievement_id):
            detail = {"achievementId": achievement_id}
            await audit.record(tx, by=by, action="learn.earning.unlinked", subject=place.reference, detail=detail)
    return await of_place(context, place=place)


async def _require(context: Context, by: Actor, place: Place, *, changing: bool = False) -> None:
    """Refuse whoever may not see a place, or may not change it; scopes are asked where somebody comes in."""
    if place.kind is Source.COURSE:
        await courses.course(context, by=by, course_id=place.id)
    elif place.kind is Source.OFFERING:
        await offerings.offering(context, by=by, offering_id=place.id)
    else:
        await communities.inside(context, by=by, community_id=place.id, leading=changing)


async def of_place(context: Context, *, place: Place) -> list[Earned]:
    """Return the badges that are earned somewhere."""
    async with context.database.reading(one_statement=True) as tx:
        linked = await store.of_place(tx, place)
    return [Earned(one, await achievements.read(context, achievement_id=one.achievement_id)) for one in linked]


async def shown(context: Context, *, by: Actor, place: Place) -> list[Earned]:
    """Return the badges that are earned somewhere to those who may see it.

    Raises UnknownCourse, UnknownOffering, UnknownCommunity, MembersOnly.
    """
    await _require(context, by, place)
    return await of_place(context, place=place)


async def open_to(context: Context, *, kind: Source) -> list[Achievement]:
    """Return the badges that can be earned in a way, to choose from."""
    return [one for one in await achievements.listed(context) if fits(kind, one)]


async def completed(context: Context, *, learner_id: str, course_id: str, version: int) -> int:
    """Award what a completed course earns; return how many badges the person has for it. Told twice is as once."""
    place = Place(Source.COURSE, course_id)
    earned = await of_place(context, place=place)
    if not earned:
        return 0
    pages = (await courses.version(context, course_id=course_id, number=version)).pages
    asked = {page.reference for page in pages if page.kind is PageKind.TEST and page.required}
    results = [await tests.best_percent(context, person_id=learner_id, test_id=one) for one in sorted(asked)]
    return await _award(context, place, learner_id, earned, score=score_percent(results))


async def tested(context: Context, *, learner_id: str, test_id: str) -> None:
    """Look again at the courses that somebody completed before they reached what a badge asks for in a test."""
    for course_id, version in await studying.completed_by(context, learner_id=learner_id):
        pages = (await courses.version(context, course_id=course_id, number=version)).pages
        if any(page.kind is PageKind.TEST and page.reference == test_id for page in pages):
            await completed(context, learner_id=learner_id, course_id=course_id, version=version)


async def certified(context: Context, *, person_id: str, offering_id: str, enrolment_id: str) -> int:
    """Award what the certificate of an offering earns, by what it says; return how many badges the person has for it.

    An offering without tests counts as whole, as a course does.
    """
    place = Place(Source.OFFERING, offering_id)
    earned = await of_place(context, place=place)
    reached = await attendance.reached(context, enrolment_id=enrolment_id) if earned else None
    if reached is None:
        return 0
    present, tests_percent = reached
    score = WHOLE_PERCENT if tests_percent is None else tests_percent
    return await _award(context, place, person_id, earned, score=score, present=present)


async def confirmed(context: Context, *, person_id: str, community_id: str) -> int:
    """Award what contributions to a community earn; return how many badges the person has for them."""
    place = Place(Source.COMMUNITY, community_id)
    earned = await of_place(context, place=place)
    if not earned:
        return 0
    done = await opportunities.confirmed(context, person_id=person_id, community_id=community_id)
    return await _award(context, place, person_id, [one for one in earned if contributed(one.link, done)])


async def _award(
    context: Context, place: Place, person_id: str, earned: list[Earned], *, score: int | None = None,
    present: int | None = None,
) -> int:  # fmt: skip
    had = 0
    # What a badge asks for may have changed since it was named here.
    for one in [one for one in earned if fits(place.kind, one.achievement)]:
        try:
            person = await people.person(context, person_id=person_id)
            made = await badges.earned(
                context, by=BY, achievement_id=one.achievement.id, person_id=person_id, reference=place.reference,
                content=Content(
                    evidence=place.reference, score_percent=score, attendance_percent=present, language=person.language
                ),
            )  # fmt: skip
        except (UnknownPerson, NotAwardable):
            # Erased, or out of use, between the event and now: there is nothing to award.
            continue
        had += made is not None
    return had
