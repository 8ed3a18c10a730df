"""Use cases of earning: say which badges are earned where, and award them to whoever reached what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.earning import store
from govstack.pillars.learn.earning.errors import (
    NoRuleOfCommunity,
    NoRuleOfCourse,
    NoRuleOfOffering,
    NotOffered,
    TooManyBadges,
)
from govstack.pillars.learn.earning.model import (
    AHEAD_MAX,
    BADGES_MAX,
    WHOLE_PERCENT,
    Ahead,
    Candidate,
    Earned,
    Link,
    Place,
    Reached,
    Source,
    Standing,
    best,
    contributed,
    counted,
    fits,
    score_percent,
)
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.opportunities import service as opportunities
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.errors import NotAwardable
from govstack.pillars.learn.learning.badges.model import Badge, Content, State
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import Course, PageKind
from govstack.pillars.learn.learning.studying import service as studying
from govstack.pillars.learn.learning.studying.model import Progress
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment.model import OPEN, SEATED, Shown
from govstack.pillars.learn.response.offerings import service as offerings

BY = Actor.system("badges earned")
# Enrolments that can still come to a certificate, or came to one.
EXPECTING = OPEN | SEATED
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


async def require_keeper(context: Context, *, by: Actor, place: Place) -> None:
    """Refuse whoever may not say which badges are earned somewhere.

    Raises Forbidden, UnknownCourse, UnknownOffering, UnknownCommunity, MembersOnly, LeadersOnly.
    """
    scope = {Source.COURSE: TEACH, Source.OFFERING: PLAN}.get(place.kind)
    if scope and not by.may(scope):
        raise Forbidden
    await _require(context, by, place, changing=True)


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


async def at_course(context: Context, *, by: Actor, course_id: str) -> list[Ahead]:
    """Return the badges of a course to whoever may study it, with where they stand; raises UnknownCourse."""
    one = await courses.titled(context, course_id=course_id)
    place = Place(Source.COURSE, course_id)
    earned = await of_place(context, place=place)
    if not earned:
        return []
    me = await people.me(context, by=by)
    begun = {course.id: how for course, how in await studying.mine(context, by=by)}.get(course_id)
    return await _before_course(context, await _held(context, by), earned, learner_id=me.id, course=one, how=begun)


async def ahead(context: Context, *, by: Actor) -> list[Ahead]:
    """Return the badges that somebody has not got yet, of all that they began: courses, sessions, communities."""
    me, held = await people.me(context, by=by), await _held(context, by)
    found: list[Ahead] = []
    begun = await studying.mine(context, by=by)
    for place, earned in await _of_places(context, Source.COURSE, [one.id for one, _how in begun]):
        one, how = next((one, how) for one, how in begun if one.id == place.id)
        found += await _before_course(context, held, earned, learner_id=me.id, course=one, how=how)
    seats = {one.offering.id: one for one in await enrolment.mine(context, by=by) if one.enrolment.state in EXPECTING}
    for place, earned in await _of_places(context, Source.OFFERING, seats):
        found += await _before_certificate(context, held, seats[place.id], earned)
    rooms = {record.id: record for record, _member in await communities.mine(context, by=by)}
    for place, earned in await _of_places(context, Source.COMMUNITY, rooms):
        done = await opportunities.confirmed(context, person_id=me.id, community_id=place.id)
        titles = {"": str(rooms[place.id].content["name"])}
        for each in earned:
            told = counted(each.link, done)
            standing = Standing.REACHED if told >= each.link.times else Standing.UNDER_WAY
            found.append(_seen(held, Ahead(place, titles, each, standing, done=told, whole=each.link.times)))
    return [
        one for one in found
        if one.standing is not Standing.HELD and fits(one.place.kind, one.earned.achievement)
    ][:AHEAD_MAX]  # fmt: skip


async def _of_places(context: Context, kind: Source, ids: Iterable[str]) -> list[tuple[Place, list[Earned]]]:
    async with context.database.reading(one_statement=True) as tx:
        linked = await store.of_places(tx, kind, list(ids))
    return [
        (Place(kind, one), [
            Earned(link, await achievements.read(context, achievement_id=link.achievement_id)) for link in links
        ])
        for one, links in linked.items()
    ]  # fmt: skip


async def _held(context: Context, by: Actor) -> dict[str, str]:
    """Return the badges that whoever signed in has, by achievement; one that ended or was revoked is had no more."""
    return {
        one.achievement.id: one.badge.id
        for one in await badges.mine(context, by=by)
        if one.standing in {State.ISSUED, State.SUSPENDED}
    }


def _seen(held: Mapping[str, str], one: Ahead) -> Ahead:
    badge_id = held.get(one.earned.achievement.id, "")
    return replace(one, standing=Standing.HELD, badge_id=badge_id) if badge_id else one


async def _before_course(
    context: Context, held: Mapping[str, str], earned: list[Earned], *, learner_id: str, course: Course,
    how: Progress | None,
) -> list[Ahead]:  # fmt: skip
    over = how is not None and bool(how.start.completed_at)
    score = await _result(context, learner_id, course.id, how.start.version) if how and over else None
    found = []
    for one in earned:
        standing = Standing.UNDER_WAY if how else Standing.NOT_BEGUN
        if over:
            reached = one.achievement.reached(score_percent=score, attendance_percent=None)
            standing = Standing.REACHED if reached else Standing.BELOW
        place, titles = Place(Source.COURSE, course.id), {course.language: course.title}
        done = how.percent if how else 0
        found.append(_seen(held, Ahead(place, titles, one, standing, done=done, whole=WHOLE_PERCENT)))
    return found


async def _before_certificate(
    context: Context, held: Mapping[str, str], seat: Shown, earned: list[Earned]
) -> list[Ahead]:  # fmt: skip
    there = await _certified(context, seat.enrolment.id)
    found = []
    for one in earned:
        standing = Standing.UNDER_WAY
        if there:
            standing = Standing.REACHED if best(one.achievement, there) else Standing.BELOW
        found.append(_seen(held, Ahead(Place(Source.OFFERING, seat.offering.id), seat.offering.titles, one, standing)))
    return found


async def completed(context: Context, *, learner_id: str, course_id: str, version: int) -> int:
    """Award what a completed course earns; return how many badges the person has for it. Told twice is as once."""
    place = Place(Source.COURSE, course_id)
    earned = await of_place(context, place=place)
    if not earned:
        return 0
    score = await _result(context, learner_id, course_id, version)
    return len(await _award(context, place, learner_id, earned, [(score, None)]))


async def _result(context: Context, learner_id: str, course_id: str, version: int) -> int | None:
    """Return what somebody reached in a version of a course."""
    pages = (await courses.version(context, course_id=course_id, number=version)).pages
    asked = {page.reference for page in pages if page.kind is PageKind.TEST and page.required}
    return score_percent(
        [await tests.best_percent(context, person_id=learner_id, test_id=one) for one in sorted(asked)]
    )


async def tested(context: Context, *, learner_id: str, test_id: str) -> None:
    """Look again at the courses that somebody completed before they reached what a badge asks for in a test."""
    for course_id, version in await studying.completed_by(context, learner_id=learner_id):
        pages = (await courses.version(context, course_id=course_id, number=version)).pages
        if any(page.kind is PageKind.TEST and page.reference == test_id for page in pages):
            await completed(context, learner_id=learner_id, course_id=course_id, version=version)


async def certified(context: Context, *, person_id: str, offering_id: str, enrolment_id: str) -> int:
    """Award what the certificate of an offering earns; return how many badges the person has for it.

    What it says counts, and what was corrected since: a better result earns, and a lower one takes nothing away. An
    offering without tests counts as whole, as a course does.
    """
    place = Place(Source.OFFERING, offering_id)
    earned = await of_place(context, place=place)
    results = await _certified(context, enrolment_id) if earned else []
    return len(await _award(context, place, person_id, earned, results))


async def _certified(context: Context, enrolment_id: str) -> list[Reached]:
    """Return score and attendance that a certificate stands for: what it says, and what was corrected since."""
    return [
        (WHOLE_PERCENT if tests_percent is None else tests_percent, present)
        for present, tests_percent in await attendance.reached(context, enrolment_id=enrolment_id)
    ]


async def confirmed(context: Context, *, person_id: str, community_id: str) -> int:
    """Award what contributions to a community earn; return how many badges the person has for them."""
    place = Place(Source.COMMUNITY, community_id)
    earned = await of_place(context, place=place)
    if not earned:
        return 0
    done = await opportunities.confirmed(context, person_id=person_id, community_id=community_id)
    earned = [one for one in earned if contributed(one.link, done)]
    return len(await _award(context, place, person_id, earned, [(None, None)]))


async def candidates(context: Context, *, place: Place, after: str, limit: int) -> list[Candidate]:
    """Return those who completed a course, have the certificate of an offering or contributed, some at a time."""
    if place.kind is Source.COURSE:
        done = await studying.completed_in(context, course_id=place.id, after=after, limit=limit)
        return [Candidate(person_id, version) for person_id, version in done]
    if place.kind is Source.OFFERING:
        found = await attendance.certified_in(context, offering_id=place.id, after=after, limit=limit)
    else:
        found = await opportunities.contributors(context, community_id=place.id, after=after, limit=limit)
    return [Candidate(person_id) for person_id in found]


async def candidate_count(context: Context, *, place: Place) -> int:
    """Return how many `candidates` there are."""
    if place.kind is Source.COURSE:
        return (await studying.figures(context, course_id=place.id)).completed
    if place.kind is Source.OFFERING:
        return await attendance.count_certified(context, offering_id=place.id)
    return await opportunities.count_contributors(context, community_id=place.id)


async def would_get(context: Context, *, place: Place, one: Earned, candidate: Candidate) -> bool:
    """Tell whether somebody reached what a badge asks for and would get it; nothing is awarded."""
    results = await _results(context, place, one, candidate)
    if not fits(place.kind, one.achievement) or best(one.achievement, results) is None:
        return False
    try:
        person = await people.person(context, person_id=candidate.person_id)
    except UnknownPerson:
        return False
    return not person.erased and not await badges.had(
        context, achievement_id=one.achievement.id, person_id=person.id, reference=place.reference
    )


async def got(context: Context, *, place: Place, one: Earned, candidate: Candidate, since: str) -> bool:
    """Award a badge to somebody who reached what it asks for; tell whether they have it since that moment."""
    results = await _results(context, place, one, candidate)
    made = await _award(context, place, candidate.person_id, [one], results)
    return any((badge.issued_at or "") >= since for badge in made)


async def _results(context: Context, place: Place, one: Earned, candidate: Candidate) -> list[Reached]:
    if place.kind is Source.COURSE:
        return [(await _result(context, candidate.person_id, place.id, candidate.version), None)]
    if place.kind is Source.OFFERING:
        seats = await attendance.certificates_of(context, offering_id=place.id, person_id=candidate.person_id)
        return [each for seat in seats for each in await _certified(context, seat)]
    done = await opportunities.confirmed(context, person_id=candidate.person_id, community_id=place.id)
    return [(None, None)] if contributed(one.link, done) else []


async def _award(
    context: Context, place: Place, person_id: str, earned: list[Earned], results: list[Reached]
) -> list[Badge]:  # fmt: skip
    """Award the badges whose rule one of the results reaches; return those that the person has for it."""
    had: list[Badge] = []
    # What a badge asks for may have changed since it was named here.
    for one in [one for one in earned if results and fits(place.kind, one.achievement)]:
        score, present = best(one.achievement, results) or results[0]
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
        had += [made] if made is not None else []
    return had
