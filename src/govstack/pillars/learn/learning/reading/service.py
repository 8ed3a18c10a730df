"""Use cases of reading without an account: which courses are open, and one of them as it is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from govstack.kernel.context import Context
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.courses.model import (
    Course,
    CoursePage,
    PageKind,
    Question,
    State,
    Version,
    answered,
    questions,
)
from govstack.pillars.learn.learning.reading.errors import NotForAll


async def listed(context: Context, *, language: str = "", after: str = "", limit: int = 50) -> list[Course]:
    """Return the courses that everybody may read, in the order of ids."""
    return await courses.open_to_all(context, language=language, after=after, limit=limit)


async def course(context: Context, *, course_id: str) -> Version:
    """Return the published version of a course that everybody may read; raises NotForAll for every other one."""
    try:
        one = await courses.titled(context, course_id=course_id)
    except UnknownCourse as error:
        raise NotForAll from error
    if not one.published_version or one.state is State.WITHDRAWN:
        raise NotForAll
    version = await courses.version(context, course_id=one.id, number=one.published_version)
    if not version.sheet.open:
        raise NotForAll
    return version


async def page(context: Context, *, course_id: str, page_id: str) -> tuple[Version, CoursePage]:
    """Return a page of a course that everybody may read; raises NotForAll."""
    version = await course(context, course_id=course_id)
    found = version.page(page_id)
    if found is None:
        raise NotForAll
    return version, found


def checked(page: CoursePage, answers: Mapping[int, Collection[int]]) -> tuple[list[Question], list[bool]]:
    """Return the questions of a quiz, and which were answered right. Nobody keeps it."""
    asked = questions(page.body) if page.kind is PageKind.QUIZ else []
    return asked, answered(asked, answers)
