"""Pages of courses for everybody: which there are, one with its contents, and a page of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from govstack.kernel.routing import Call, Routes, by_policy, public
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.courses.model import PageKind, questions
from govstack.pillars.learn.learning.plainness.model import rendered
from govstack.pillars.learn.learning.reading import presenters, schemas, service
from govstack.pillars.learn.learning.reading.errors import NotForAll
from govstack.pillars.learn.learning.studying.model import neighbours
from govstack.pillars.learn.learning.studying.presenters import asked as quiz_of
from govstack.pillars.learn.learning.studying.schemas import answers_of
from govstack.web.answers import Page

routes = Routes(tags=("pages of courses for everybody",))
ONE = "/read/{courseId}"
PAGE = ONE + "/{pageId}"
SECTION = "catalogue"
TRYING = by_policy("everybody tries the quiz of an open course; nothing is changed or kept")


@routes.page("/read", access=public(), query=schemas.OpenQuery, operation_id="openCoursesPage")
async def listed(call: Call) -> Page:
    """List the courses that everybody may read, those in the reader's language first."""
    asked = call.query
    found = await service.listed(call.context, language=asked.language, after=asked.after, limit=asked.limit)
    more = {**msgspec.structs.asdict(asked), "after": found[-1].id if found else ""}
    ordered = sorted(found, key=lambda one: (one.language != call.language, one.title))
    values = {
        "rows": presenters.courses(Words(call.language), ordered),
        "first": "/read" if asked.after else "",
        "next": f"/read?{urlencode(more)}" if len(found) == asked.limit else "",
    }
    return framed(call, SECTION, "open_courses.html", values)


@routes.page(ONE, access=public(), operation_id="openCoursePage", errors=(NotForAll,))
async def course(call: Call) -> Page:
    """Show what a course is about, what is in it, and who helps."""
    version = await service.course(call.context, course_id=call.path["courseId"])
    values = {
        "course_id": version.course_id, "sheet": version.sheet, "written_in": version.sheet.language,
        "rows": presenters.contents(Words(call.language), version),
    }  # fmt: skip
    return framed(call, SECTION, "open_course.html", values)


@routes.page(PAGE, access=public(), operation_id="openCourseReaderPage", errors=(NotForAll,))
async def read(call: Call) -> Page:
    """Show a page of a course."""
    return await _page(call, (), {})


@routes.form(PAGE, access=TRYING, operation_id="openCourseQuizForm", errors=(NotForAll,))
async def answer(call: Call) -> Page:
    """Say which answers to a quiz are right; nothing is kept."""
    chosen, answers = answers_of(call)
    _version, page = await service.page(call.context, course_id=call.path["courseId"], page_id=call.path["pageId"])
    return await _page(call, service.checked(page, answers)[1], chosen)


async def _page(call: Call, right: Sequence[bool], chosen: Mapping[str, Sequence[str]]) -> Page:
    words, course_id = Words(call.language), call.path["courseId"]
    version, page = await service.page(call.context, course_id=course_id, page_id=call.path["pageId"])
    before, after = neighbours(version, page)
    quiz = questions(page.body) if page.kind is PageKind.QUIZ else []
    values = {
        "page": page, "course": version.sheet, "written_in": version.sheet.language, "course_id": course_id,
        "here": f"/read/{course_id}/{page.id}", "up": f"/read/{course_id}",
        "body": "" if quiz else rendered(page.body),
        "quiz": quiz_of(words, version.sheet.language, quiz, right, chosen),
        "read_here": page.kind in presenters.READ_HERE and not (
            page.kind is PageKind.VIDEO and "://" not in page.reference
        ),
        "before": f"/read/{course_id}/{before.id}" if before else "",
        "after": f"/read/{course_id}/{after.id}" if after else "",
    }  # fmt: skip
    return framed(call, SECTION, "open_course_page.html", values)
