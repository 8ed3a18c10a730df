"""Wire shapes of launches."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.launches.model import Block, Course, Mode, Progress, WaivedFor

COURSES_LISTED_MAX = 200


class CourseGiven(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A course as it is sent: its structure, and whether everybody may open it."""

    structure: Block
    open: bool = True


class CourseShown(msgspec.Struct, frozen=True, rename="camel"):
    """A course that can be launched."""

    id: str
    structure: Block
    open: bool

    @classmethod
    def of(cls, course: Course) -> CourseShown:
        """Return a course as it is shown."""
        return cls(course.id, course.structure, course.open)


class CourseList(msgspec.Struct, frozen=True):
    """Courses, and after which id the next ones come ("" at the end)."""

    courses: list[CourseShown]
    next: str = ""


class CoursesQuery(msgspec.Struct, frozen=True):
    """Which courses."""

    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=COURSES_LISTED_MAX)] = 100


class Learner(msgspec.Struct, frozen=True, rename="camel"):
    """Who is registered."""

    learner_id: Annotated[str, Meta(min_length=1, max_length=100)]


class UnitProgress(msgspec.Struct, frozen=True, rename="camel"):
    """What came of a unit or block, by the moments at which it did."""

    part_id: str
    completed_at: str | None
    passed_at: str | None
    failed_at: str | None
    waived_at: str | None
    satisfied_at: str | None

    @classmethod
    def of(cls, progress: Progress) -> UnitProgress:
        """Return it as it is shown."""
        return cls(**asdict(progress))


class RegistrationShown(msgspec.Struct, frozen=True, rename="camel"):
    """A learner in a course, and what came of each part."""

    id: str
    course_id: str
    learner_id: str
    satisfied_at: str | None
    parts: list[UnitProgress]


class Opening(msgspec.Struct, frozen=True, rename="camel"):
    """How a unit is opened."""

    mode: Mode = Mode.NORMAL
    return_url: Annotated[str, Meta(max_length=2_000, pattern=r"^(https?://[^\s]+)?$")] = ""


class UnitOpened(msgspec.Struct, frozen=True):
    """Where the learner's browser goes."""

    url: str


class Waiving(msgspec.Struct, frozen=True):
    """Why a unit need not be worked on."""

    reason: WaivedFor
