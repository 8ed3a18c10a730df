"""Use cases of learners: begin a course, read, answer, hand in, and complete; and of those who look at their work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping

from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.courses.model import (
    Course,
    CoursePage,
    PageKind,
    Question,
    Version,
    answered,
    questions,
)
from govstack.pillars.learn.learning.grades import service as grades
from govstack.pillars.learn.learning.packages import service as packages
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.errors import UnknownLink
from govstack.pillars.learn.learning.studying import store
from govstack.pillars.learn.learning.studying.errors import NotBegun, NotDoneSo, OwnWork, UnknownHandIn
from govstack.pillars.learn.learning.studying.model import (
    WORK_CHARACTERS_MAX,
    Figures,
    Progress,
    Start,
    Work,
    WorkState,
    is_complete,
    progress,
)
from govstack.pillars.learn.people import service as people

COMPLETED = "learn.course.completed"
WORK = "course-work"
REMARK = "course-remark"
READ_AT_ONCE = 2_000


async def begin(context: Context, *, by: Actor, course_id: str) -> Progress:
    """Begin a course in the version that is published, or go on with it. Raises UnknownCourse."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        known = await store.start(tx, course_id=course_id, learner_id=me.id)
    if known is None:
        one = await courses.course(context, by=by, course_id=course_id)
        if not one.published_version:
            raise UnknownCourse
        async with context.database.transaction() as tx:
            at = clock.timestamp()
            if await store.begin(tx, course_id=one.id, learner_id=me.id, version=one.published_version, at=at):
                await audit.record(tx, by=by, action="learn.course.started", subject=f"course/{course_id}")
    return await standing(context, by=by, course_id=course_id)


async def standing(context: Context, *, by: Actor, course_id: str) -> Progress:
    """Return how far whoever signed in has come; raises NotBegun."""
    start, version = await _begun(context, by, course_id)
    async with context.database.reading() as tx:
        return progress(start, version, await store.done(tx, start))


async def _begun(context: Context, by: Actor, course_id: str) -> tuple[Start, Version]:
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        start = await store.start(tx, course_id=course_id, learner_id=me.id)
    if start is None:
        raise NotBegun
    return start, await courses.version(context, course_id=course_id, number=start.version)


async def opened(context: Context, *, by: Actor, course_id: str, page_id: str) -> tuple[Version, CoursePage, Progress]:
    """Return a page that a learner reads, and keep that they are there. Raises NotBegun, UnknownCourse."""
    start, version = await _begun(context, by, course_id)
    page = _page(version, page_id)
    if page.kind is PageKind.PACKAGE or (page.kind is PageKind.VIDEO and "://" not in page.reference):
        await _look_at_package(context, start, version, page)
    if page.kind is PageKind.TOOL:
        await _look_at_tool(context, start, version, page)
    async with context.database.transaction() as tx:
        await store.go_to(tx, start, page.id, at=clock.timestamp())
        return version, page, progress(start, version, await store.done(tx, start))


def _page(version: Version, page_id: str) -> CoursePage:
    page = version.page(page_id)
    if page is None:
        raise UnknownCourse
    return page


async def _look_at_package(context: Context, start: Start, version: Version, page: CoursePage) -> None:
    if await packages.is_done(context, package_id=page.reference, learner_id=start.learner_id):
        async with context.database.transaction() as tx:
            await _do(tx, start, version, page.id)


async def _look_at_tool(context: Context, start: Start, version: Version, page: CoursePage) -> None:
    grade = await grades.grade_of(context, link_id=page.reference, learner_id=start.learner_id)
    if grade is not None and grade.passed:
        async with context.database.transaction() as tx:
            await _do(tx, start, version, page.id)


async def is_read(context: Context, *, page: CoursePage) -> bool:
    """Tell whether a page is done by saying so; one that leads to a tool is where the tool sends no grade."""
    if page.kind is not PageKind.TOOL:
        return page.kind in {PageKind.TEXT, PageKind.VIDEO}
    try:
        link = await platforms.link(context, link_id=page.reference)
    except UnknownLink:
        return False
    return link.card.graded is None or not link.tool.card.grades


async def read(context: Context, *, by: Actor, course_id: str, page_id: str) -> Progress:
    """Take that a page was read; raises NotDoneSo for one that asks for more."""
    start, version = await _begun(context, by, course_id)
    page = _page(version, page_id)
    if not await is_read(context, page=page):
        raise NotDoneSo
    return await _settled(context, start, version, page.id)


async def _settled(context: Context, start: Start, version: Version, page_id: str) -> Progress:
    async with context.database.transaction() as tx:
        await _do(tx, start, version, page_id)
        return progress(start, version, await store.done(tx, start))


async def _do(tx: Transaction, start: Start, version: Version, page_id: str) -> None:
    # The last two pages can be done at the same moment: one of them sees the other one.
    await store.hold(tx, start)
    at = clock.timestamp()
    await store.do(tx, start, page_id, at=at)
    if is_complete(version, set(await store.done(tx, start))) and await store.complete(tx, start, at=at):
        # Its certificate, its credit and its figures belong to other rooms: they hear of it.
        data = {"courseId": start.course_id, "learnerId": start.learner_id, "version": start.version}
        await events.publish(tx, type=COMPLETED, subject=f"course/{start.course_id}", data=data)


async def answer(
    context: Context, *, by: Actor, course_id: str, page_id: str, answers: Mapping[int, Collection[int]]
) -> tuple[list[Question], list[bool], Progress]:
    """Take the answers to a quiz, and tell which are right; the page is done when all are. They are not kept."""
    start, version = await _begun(context, by, course_id)
    page = _page(version, page_id)
    if page.kind is not PageKind.QUIZ:
        raise NotDoneSo
    asked = questions(page.body)
    right = answered(asked, answers)
    if all(right):
        return asked, right, await _settled(context, start, version, page.id)
    return asked, right, await standing(context, by=by, course_id=course_id)


async def hand_in(context: Context, *, by: Actor, course_id: str, page_id: str, words: str) -> Work:
    """Hand work in; the same words again while nobody has looked change nothing. Raises NotDoneSo."""
    start, version = await _begun(context, by, course_id)
    page = _page(version, page_id)
    if page.kind is not PageKind.ASSIGNMENT:
        raise NotDoneSo
    if not words.strip() or len(words) > WORK_CHARACTERS_MAX:
        raise BadRequest(f"Write what you hand in, in at most {WORK_CHARACTERS_MAX} characters.")
    async with context.database.transaction() as tx:
        await people.hold(tx, start.learner_id)
        before = [_opened(context, one) for one in await store.theirs(tx, start, page.id)]
        same = next((one for one in before if one.state is WorkState.HANDED and one.words == words), None)
        if same is not None:
            return same
        work_id = ids.new_id()
        sealed = context.keys.seal(WORK, words.encode(), bound_to=work_id)
        await store.hand_in(tx, work_id=work_id, one=start, page_id=page.id, sealed=sealed, at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.work.handed-in", subject=f"work/{work_id}")
        return _opened(context, await _work(tx, work_id))


async def _work(tx: Transaction, work_id: str) -> store.Kept:
    found = await store.work(tx, work_id)
    if found is None:
        raise UnknownHandIn
    return found


def _opened(context: Context, one: store.Kept) -> Work:
    words = context.keys.open(WORK, one.sealed, bound_to=one.id).decode() if one.sealed else ""
    remark = context.keys.open(REMARK, one.remark_sealed, bound_to=one.id).decode() if one.remark_sealed else ""
    return Work(
        id=one.id, course_id=one.course_id, learner_id=one.learner_id, page_id=one.page_id, words=words,
        state=one.state, remark=remark, handed_at=one.handed_at, reviewed_by=one.reviewed_by,
        reviewed_at=one.reviewed_at,
    )  # fmt: skip


async def my_work(context: Context, *, by: Actor, course_id: str, page_id: str = "") -> list[Work]:
    """Return what whoever signed in handed in for a course, newest first."""
    start, _version = await _begun(context, by, course_id)
    async with context.database.reading() as tx:
        return [_opened(context, one) for one in await store.theirs(tx, start, page_id)]


async def waiting(context: Context, *, course_id: str) -> list[Work]:
    """Return work that nobody has looked at, the oldest first."""
    async with context.database.reading() as tx:
        return [_opened(context, one) for one in await store.waiting(tx, course_id)]


async def judge(context: Context, *, by: Actor, work_id: str, accepted: bool, remark: str) -> Work:
    """Accept work, which does the page, or return it with a remark. What was said stays. Raises OwnWork."""
    reviewer = await people.me(context, by=by)
    async with context.database.reading() as tx:
        found = await _work(tx, work_id)
        start = await store.start(tx, course_id=found.course_id, learner_id=found.learner_id)
    if found.learner_id == reviewer.id:
        raise OwnWork
    if start is None:
        raise UnknownHandIn
    version = await courses.version(context, course_id=found.course_id, number=start.version)
    state = WorkState.ACCEPTED if accepted else WorkState.RETURNED
    async with context.database.transaction() as tx:
        await people.hold(tx, found.learner_id)
        sealed = context.keys.seal(REMARK, remark.encode(), bound_to=work_id)
        if await store.judge(tx, work_id, state=state, remark_sealed=sealed, by=reviewer.id, at=clock.timestamp()):
            await audit.record(tx, by=by, action=f"learn.work.{state.value}", subject=f"work/{work_id}")
            if accepted:
                await _do(tx, start, version, found.page_id)
        return _opened(context, await _work(tx, work_id))


async def test_taken(context: Context, *, learner_id: str, test_id: str) -> None:
    """Do the pages that lead to a test, in the courses that a learner began."""
    async with context.database.reading(one_statement=True) as tx:
        begun = await store.starts(tx, learner_id)
    for start in begun:
        version = await courses.version(context, course_id=start.course_id, number=start.version)
        for page in version.pages:
            if page.kind is PageKind.TEST and page.reference == test_id:
                await _settled(context, start, version, page.id)


async def package_done(context: Context, *, learner_id: str, package_id: str) -> None:
    """Do the pages that lead to a package which a learner has done."""
    async with context.database.reading(one_statement=True) as tx:
        begun = await store.starts(tx, learner_id)
    for start in begun:
        version = await courses.version(context, course_id=start.course_id, number=start.version)
        for page in version.pages:
            if page.kind is PageKind.PACKAGE and page.reference == package_id:
                await _look_at_package(context, start, version, page)


async def tool_scored(context: Context, *, learner_id: str, link_id: str) -> None:
    """Do the pages that lead to a tool, in the courses that a learner began, once its grade is good enough."""
    async with context.database.reading(one_statement=True) as tx:
        begun = await store.starts(tx, learner_id)
    for start in begun:
        version = await courses.version(context, course_id=start.course_id, number=start.version)
        for page in version.pages:
            if page.kind is PageKind.TOOL and page.reference == link_id:
                await _look_at_tool(context, start, version, page)


async def mine(context: Context, *, by: Actor) -> list[tuple[Course, Progress]]:
    """Return the courses that whoever signed in began, with how far they have come."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        begun = await store.starts(tx, me.id)
    found = []
    for start in begun:
        version = await courses.version(context, course_id=start.course_id, number=start.version)
        async with context.database.reading() as tx:
            done = await store.done(tx, start)
        one = await courses.titled(context, course_id=start.course_id)
        found.append((one, progress(start, version, done)))
    return found


async def completed_by(context: Context, *, learner_id: str) -> list[tuple[str, int]]:
    """Return the courses that somebody completed, with the version of each."""
    async with context.database.reading(one_statement=True) as tx:
        return [(one.course_id, one.version) for one in await store.starts(tx, learner_id) if one.completed_at]


async def completed_in(
    context: Context, *, course_id: str, after: str = "", limit: int = READ_AT_ONCE
) -> list[tuple[str, int]]:  # fmt: skip
    """Return those who completed a course, by their ids, with the version of each."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.completed(tx, course_id, after=after, limit=limit)


async def begun(context: Context) -> AsyncIterator[Start]:
    """Yield every course that somebody began."""
    after: Start | None = None
    while True:
        async with context.database.reading(one_statement=True) as tx:
            part = await store.all_starts(tx, after=after, limit=READ_AT_ONCE)
        for one in part:
            yield one
            after = one
        if len(part) < READ_AT_ONCE:
            return


async def learners(context: Context, *, course_id: str, after: str, limit: int) -> list[str]:
    """Return who began a course, in the order of their ids."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.learners(tx, course_id=course_id, after=after, limit=limit)


async def figures(context: Context, *, course_id: str) -> Figures:
    """Return how many began and completed a course, without names."""
    async with context.database.reading() as tx:
        return Figures(*await store.figures(tx, course_id))


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person wrote, and what was written about it."""
    await store.forget(tx, person_id)
