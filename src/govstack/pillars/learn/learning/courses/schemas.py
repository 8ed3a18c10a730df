"""Wire shapes of courses."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.courses.model import (
    PAGES_MAX,
    Course,
    CoursePage,
    QualityItem,
    Review,
    Sheet,
    Text,
    Version,
    Word,
)

PAGE_MAX = 500
BODY_BYTES_MAX = 20_000_000
Pages = Annotated[list[CoursePage], Meta(max_length=PAGES_MAX)]


class CourseGiven(msgspec.Struct, frozen=True):
    """A course that somebody begins."""

    sheet: Sheet
    pages: Pages = []


class CourseShown(msgspec.Struct, frozen=True):
    """A course with one of its versions: what is being written for authors, else what is published."""

    course: Course
    version: Version


class CourseList(msgspec.Struct, frozen=True):
    """Courses, and after which id the next ones come ("" at the end)."""

    courses: list[Course]
    next: str = ""


class CoursesQuery(msgspec.Struct, frozen=True):
    """Which courses: those that are published unless all are asked for."""

    language: Word = ""
    all: bool = False
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 100


class PagesGiven(msgspec.Struct, frozen=True):
    """All pages of a course, in order."""

    pages: Pages


class Checks(msgspec.Struct, frozen=True):
    """The lines of the checklist that are met, each with a note."""

    notes: Annotated[dict[str, Text], Meta(max_length=100)]


class ItemGiven(msgspec.Struct, frozen=True):
    """A line of the quality checklist, by language."""

    texts: Annotated[dict[str, Text], Meta(min_length=1, max_length=20)]
    place: int = 0
    source: Word = ""
    active: bool = True


class ItemList(msgspec.Struct, frozen=True):
    """The quality checklist."""

    items: list[QualityItem]


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """What a reviewer says of a version; `changedAt` is that of the course as it was read, "" for as it is now."""

    approved: bool
    words: Text = ""
    changed_at: Word = ""


class ReviewList(msgspec.Struct, frozen=True):
    """What reviewers said, newest first."""

    reviews: list[Review]
