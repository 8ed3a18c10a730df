"""Pages of learners: the catalogue of courses, a course, its pages, and what they have done; and work to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Cell, Words, framed
from govstack.pillars.learn.learning.courses import schemas as course_schemas
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.model import PageKind, questions
from govstack.pillars.learn.learning.grades import presenters as grade_words
from govstack.pillars.learn.learning.grades import service as grades
from govstack.pillars.learn.learning.plainness.model import rendered
from govstack.pillars.learn.learning.studying import presenters, schemas, service
from govstack.pillars.learn.learning.studying.errors import NotBegun, UnknownHandIn
from govstack.pillars.learn.learning.studying.model import Progress, neighbours
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import languages
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of learners",))
ONE = "/courses/{courseId}"
PAGE = ONE + "/pages/{pageId}"
PAGE_COURSES = 50


@routes.page("/courses", access=signed_in(), query=course_schemas.CoursesQuery, operation_id="coursesPage")
async def catalogue(call: Call) -> Page:
    """Show the courses there are, and those that the reader began."""
    words, asked = Words(call.language), call.query
    found = await courses.listed(
        call.context, published=True, language=asked.language, after=asked.after, limit=PAGE_COURSES
    )
    chosen = f"&language={quote(asked.language)}" if asked.language else ""
    values = {
        "rows": presenters.catalogue(words, found),
        "mine": presenters.mine(words, await service.mine(call.context, by=call.actor)),
        "chosen": asked.language,
        "languages": languages(await vocabularies.languages(call.context), call.language, [asked.language]),
        "first": f"/courses?{chosen.removeprefix('&')}" if asked.after else "",
        "next": f"/courses?after={found[-1].id}{chosen}" if len(found) == PAGE_COURSES else "",
    }
    return framed(call, "courses", "courses.html", values)


@routes.page("/my-course-list", access=signed_in(), query=FileQuery, operation_id="myCoursesFile")
async def export(call: Call) -> Answer:
    """Hand the reader's courses out as a file."""
    return schemas.file_answer(Format(call.query.format), await service.mine(call.context, by=call.actor))


def course_page(badges: Callable[[Call, str], Awaitable[list[tuple[Cell, ...]]]]) -> Routes:
    """Return the page of a course; `badges` gives what a course earns, by its id: rooms above this one know it."""
    made = Routes(tags=("pages of learners",))

    @made.page(ONE, access=signed_in(), operation_id="coursePage")
    async def show(call: Call) -> Page:
        """Show what a course is about, who helps, how far the reader has come, and which badges it earns."""
        values = {**await _course(call), "badges": await badges(call, call.path["courseId"])}
        return framed(call, "courses", "course.html", values)

    return made


async def _course(call: Call) -> dict[str, Any]:
    words, course_id = Words(call.language), call.path["courseId"]
    how: Progress | None = None
    try:
        how = await service.standing(call.context, by=call.actor, course_id=course_id)
        one = await courses.titled(call.context, course_id=course_id)
    except NotBegun:
        one = await courses.course(call.context, by=call.actor, course_id=course_id)
    number = how.start.version if how else one.published_version or one.draft_version
    version = await courses.version(call.context, course_id=one.id, number=number)
    return {
        "one": one,
        "sheet": version.sheet,
        "how": how,
        "written_in": version.sheet.language,
        "rows": presenters.contents(words, one, version, how),
        "newer": bool(how and how.start.version < one.published_version),
        "draft": not one.published_version,
    }


@routes.form(ONE, access=signed_in(), operation_id="startCourseForm")
async def start(call: Call) -> Redirect:
    """Begin a course, or go on with it."""
    course_id = call.path["courseId"]
    how = await service.begin(call.context, by=call.actor, course_id=course_id)
    return Redirect(f"/courses/{course_id}/pages/{how.next}" if how.next else f"/courses/{course_id}")


@routes.page(PAGE, access=signed_in(), operation_id="courseReaderPage")
async def read(call: Call) -> Page | Redirect:
    """Show a page of a course."""
    return await _page(call, {}, (), {})


async def _page(
    call: Call, errors: Mapping[str, str], right: Sequence[bool], chosen: Mapping[str, Sequence[str]]
) -> Page | Redirect:
    words, course_id, page_id = Words(call.language), call.path["courseId"], call.path["pageId"]
    try:
        version, page, how = await service.opened(call.context, by=call.actor, course_id=course_id, page_id=page_id)
    except NotBegun:
        return Redirect(f"/courses/{course_id}")
    before, after = neighbours(version, page)
    handed = page.kind is PageKind.ASSIGNMENT
    mine = await service.my_work(call.context, by=call.actor, course_id=course_id, page_id=page.id) if handed else []
    leads = page.kind is PageKind.TOOL
    grade = await grades.my_grade(call.context, by=call.actor, link_id=page.reference) if leads else None
    quiz = questions(page.body) if page.kind is PageKind.QUIZ else []
    values = {
        "page": page,
        "course": version.sheet,
        "written_in": version.sheet.language,
        "here": f"/courses/{course_id}/pages/{page.id}",
        "up": f"/courses/{course_id}",
        "body": "" if quiz else rendered(page.body),
        "quiz": presenters.asked(words, version.sheet.language, quiz, right, chosen),
        "work": presenters.work(words, mine),
        "reads": await service.is_read(call.context, page=page),
        "grade": grade_words.shown(words, grade),
        "done": page.id in how.done,
        "percent": how.percent,
        "before": f"/courses/{course_id}/pages/{before.id}" if before else "",
        "after": f"/courses/{course_id}/pages/{after.id}" if after else "",
        "web": "://" in page.reference,
        "errors": errors,
    }
    return framed(call, "courses", "course_page.html", values, status=400 if errors else 200)


@routes.form(PAGE, access=signed_in(), operation_id="courseReaderForm")
async def act(call: Call) -> Page | Redirect:
    """Take a page as read, answers to a quiz, or work."""
    course_id, page_id = call.path["courseId"], call.path["pageId"]
    version, page, _how = await service.opened(call.context, by=call.actor, course_id=course_id, page_id=page_id)
    _before, after = neighbours(version, page)
    following = f"/courses/{course_id}/pages/{after.id}" if after else f"/courses/{course_id}"
    if page.kind is PageKind.QUIZ:
        return await _answered(call, following)
    try:
        if page.kind is PageKind.ASSIGNMENT:
            text = call.form.get("words", "")
            await service.hand_in(call.context, by=call.actor, course_id=course_id, page_id=page_id, words=text)
            return Redirect(f"/courses/{course_id}/pages/{page_id}", notice=_("Your work was handed in."))
        await service.read(call.context, by=call.actor, course_id=course_id, page_id=page_id)
    except Problem as problem:
        return await _page(call, {"words": Words(call.language)(problem.detail)}, (), {})
    return Redirect(following)


async def _answered(call: Call, following: str) -> Page | Redirect:
    chosen, answers = schemas.answers_of(call)
    _asked, right, _how = await service.answer(
        call.context, by=call.actor, course_id=call.path["courseId"], page_id=call.path["pageId"], answers=answers
    )
    if all(right):
        return Redirect(following, notice=_("All answers are right."))
    return await _page(call, {}, right, chosen)


@routes.page("/workshop/{courseId}/assignments", access=needs(TEACH), operation_id="waitingWorkPage")
async def waiting(call: Call) -> Page:
    """Show work that nobody has looked at, without names."""
    one = await courses.course(call.context, by=call.actor, course_id=call.path["courseId"])
    values = {
        "one": one,
        "figures": await service.figures(call.context, course_id=one.id),
        "work": presenters.work(Words(call.language), await service.waiting(call.context, course_id=one.id)),
    }
    return framed(call, "workshop", "workshop_work.html", values)


@routes.form("/workshop/{courseId}/assignments/{workId}", access=needs(TEACH), operation_id="judgeWorkForm")
async def judge(call: Call) -> Redirect:
    """Accept work or return it with a remark."""
    notice = _("The change was saved.")
    try:
        await service.judge(
            call.context, by=call.actor, work_id=call.path["workId"], accepted=call.form.get("act") == "accept",
            remark=call.form.get("remark", "").strip(),
        )  # fmt: skip
    except UnknownHandIn:
        raise
    except Problem as problem:
        notice = problem.title
    return Redirect(f"/workshop/{call.path['courseId']}/assignments", notice=notice)
