"""Use cases of earning: say which badges a course earns, and award them when it is completed."""

from __future__ import annotations

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.achievements import service as achievements
from govstack.pillars.learn.achievements.model import Achievement, Awarding
from govstack.pillars.learn.badges import service as badges
from govstack.pillars.learn.badges.errors import NotAwardable
from govstack.pillars.learn.badges.model import Content
from govstack.pillars.learn.courses import service as courses
from govstack.pillars.learn.courses.model import PageKind
from govstack.pillars.learn.earning import store
from govstack.pillars.learn.earning.errors import NoRuleOfCourse, TooManyBadges
from govstack.pillars.learn.earning.model import BADGES_MAX, score_percent
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.studying import service as studying
from govstack.pillars.learn.tests import service as tests

BY = Actor.system("courses completed")


async def link(context: Context, *, by: Actor, course_id: str, achievement_id: str) -> list[Achievement]:
    """Let the completion of a course earn a badge under its rule; twice is as once.

    Raises UnknownCourse, UnknownAchievement, NoRuleOfCourse, TooManyBadges.
    """
    await courses.course(context, by=by, course_id=course_id)
    one = await achievements.read(context, achievement_id=achievement_id)
    if not one.active or one.awarding is not Awarding.RULE or one.attendance_percent:
        raise NoRuleOfCourse
    async with context.database.transaction() as tx:
        linked = await store.of_course(tx, course_id)
        if achievement_id not in linked:
            if len(linked) >= BADGES_MAX:
                raise TooManyBadges
            await store.link(tx, course_id=course_id, achievement_id=achievement_id, created_at=clock.timestamp())
            detail = {"achievementId": achievement_id}
            await audit.record(tx, by=by, action="learn.course.earns", subject=f"course/{course_id}", detail=detail)
    return await of_course(context, course_id=course_id)


async def unlink(context: Context, *, by: Actor, course_id: str, achievement_id: str) -> list[Achievement]:
    """Let a course earn a badge no more; badges that were earned stay. Raises UnknownCourse."""
    await courses.course(context, by=by, course_id=course_id)
    async with context.database.transaction() as tx:
        if await store.unlink(tx, course_id=course_id, achievement_id=achievement_id):
            detail = {"achievementId": achievement_id}
            await audit.record(tx, by=by, action="learn.course.earns-not", subject=f"course/{course_id}", detail=detail)
    return await of_course(context, course_id=course_id)


async def of_course(context: Context, *, course_id: str) -> list[Achievement]:
    """Return the badges that a course earns."""
    async with context.database.reading(one_statement=True) as tx:
        linked = await store.of_course(tx, course_id)
    return [await achievements.read(context, achievement_id=one) for one in linked]


async def shown(context: Context, *, by: Actor, course_id: str) -> list[Achievement]:
    """Return the badges that a course earns which somebody may see; raises UnknownCourse."""
    await courses.course(context, by=by, course_id=course_id)
    return await of_course(context, course_id=course_id)


async def completed(context: Context, *, learner_id: str, course_id: str, version: int) -> int:
    """Award what a completed course earns; return how many badges the person has for it. Told twice is as once."""
    earned = await of_course(context, course_id=course_id)
    if not earned:
        return 0
    pages = (await courses.version(context, course_id=course_id, number=version)).pages
    asked = {page.reference for page in pages if page.kind is PageKind.TEST and page.required}
    results = [await tests.best_percent(context, person_id=learner_id, test_id=one) for one in sorted(asked)]
    percent, had = score_percent(results), 0
    for one in earned:
        try:
            person = await people.person(context, person_id=learner_id)
            made = await badges.earned(
                context, by=BY, achievement_id=one.id, person_id=learner_id, reference=f"course/{course_id}",
                content=Content(evidence=f"course/{course_id}", score_percent=percent, language=person.language),
            )  # fmt: skip
        except (UnknownPerson, NotAwardable):
            # Erased, or out of use, between the event and now: there is nothing to award.
            continue
        had += made is not None
    return had


async def tested(context: Context, *, learner_id: str, test_id: str) -> None:
    """Look again at the courses that somebody completed before they reached what a badge asks for in a test."""
    for course_id, version in await studying.completed_by(context, learner_id=learner_id):
        pages = (await courses.version(context, course_id=course_id, number=version)).pages
        if any(page.kind is PageKind.TEST and page.reference == test_id for page in pages):
            await completed(context, learner_id=learner_id, course_id=course_id, version=version)
