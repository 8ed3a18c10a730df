"""How far a learner has come in a course, and the work that they handed in."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec

from govstack.pillars.learn.learning.courses.model import CoursePage, Version

WORK_CHARACTERS_MAX = 20_000
REMARK_CHARACTERS_MAX = 4_000
HANDINS_MAX = 200
STARTS_MAX = 1_000


class WorkState(StrEnum):
    """Where work stands that was handed in."""

    HANDED = "handed"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Start(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A course that a learner began, in the version that was published then."""

    course_id: str
    learner_id: str
    version: int
    last_page: str
    started_at: str
    changed_at: str
    completed_at: str


class Work(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Work that a learner handed in for a page, and what was said about it."""

    id: str
    course_id: str
    learner_id: str
    page_id: str
    words: str
    state: WorkState
    remark: str
    handed_at: str
    reviewed_by: str
    reviewed_at: str


class Progress(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How far a learner has come: which pages are done, and the one to go on with."""

    start: Start
    done: tuple[str, ...]
    next: str
    percent: int


class Figures(msgspec.Struct, frozen=True, rename="camel"):
    """How many began and completed a course, and how much work waits to be looked at."""

    begun: int
    completed: int
    waiting: int


def progress(start: Start, version: Version, done: Collection[str]) -> Progress:
    """Return how far a learner has come; pages that are not required do not count."""
    required = [page for page in version.pages if page.required]
    reached = [page.id for page in version.pages if page.id in done]
    count = sum(page.id in done for page in required)
    ahead = start.last_page if version.page(start.last_page) and start.last_page not in done else ""
    following = ahead or next((page.id for page in version.pages if page.id not in done), "")
    percent = 100 if not required else count * 100 // len(required)
    return Progress(start=start, done=tuple(reached), next=following, percent=percent)


def is_complete(version: Version, done: Collection[str]) -> bool:
    """Tell whether every required page is done."""
    return all(page.id in done for page in version.pages if page.required)


def neighbours(version: Version, page: CoursePage) -> tuple[CoursePage | None, CoursePage | None]:
    """Return the pages before and after one."""
    at = version.pages.index(page)
    before = version.pages[at - 1] if at else None
    return before, version.pages[at + 1] if at + 1 < len(version.pages) else None
