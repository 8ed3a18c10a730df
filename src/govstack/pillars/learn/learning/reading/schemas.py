"""Wire shapes of courses for everybody."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.courses.model import CoursePage, Sheet, Version, for_learners
from govstack.pillars.learn.people.model import Word

PAGE_MAX = 200


class OpenQuery(msgspec.Struct, frozen=True):
    """Which courses."""

    language: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 50


class OpenCourse(msgspec.Struct, frozen=True, rename="camel"):
    """A course in a list."""

    id: str
    title: str
    language: str


class OpenCourses(msgspec.Struct, frozen=True):
    """Courses, and behind which id the next ones come ("" at the end)."""

    courses: list[OpenCourse]
    next: str = ""


class OpenVersion(msgspec.Struct, frozen=True, rename="camel"):
    """A course with its pages; of quizzes the questions, without what is right."""

    id: str
    version: int
    sheet: Sheet
    pages: tuple[CoursePage, ...]

    @classmethod
    def of(cls, version: Version) -> OpenVersion:
        """Return a version as it is answered."""
        shown = for_learners(version)
        return cls(shown.course_id, shown.version, shown.sheet, shown.pages)
