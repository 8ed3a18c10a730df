"""Courses, their pages, and what must be there before one is published."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.learning.plainness.model import Fault, Readability, accessible, readability, rendered
from govstack.pillars.learn.response.offerings.model import CHANNELS_MAX, CHANNELS_MIN, Channel
from govstack.pillars.learn.stages.model import MADE, Stage

PAGES_MAX = 200
BODY_CHARACTERS_MAX = 100_000
PAGE_BYTES_MAX = 150_000
QUESTIONS_MAX = 50
OPTIONS_MAX = 12
MATERIALS_MAX = 50
TITLE_CHARACTERS_MAX = 200
COURSES_MAX = 1_000

Id = Annotated[str, Meta(min_length=1, max_length=100)]
Title = Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
Word = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4_000)]
Body = Annotated[str, Meta(max_length=BODY_CHARACTERS_MAX)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class State(StrEnum):
    """Where a course stands."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PageKind(StrEnum):
    """What a learner does on a page."""

    TEXT = "text"
    VIDEO = "video"
    PACKAGE = "package"
    QUIZ = "quiz"
    TEST = "test"
    ASSIGNMENT = "assignment"
    TOOL = "tool"


class Sheet(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a course says of itself; what is `open` is read by everybody, without an account (F10.1)."""

    title: Title
    summary: Text = ""
    language: Language = "en"
    minutes: Annotated[int, Meta(ge=0, le=100_000)] = 0
    paid: bool = False
    open: bool = False
    helpdesk: Word = ""
    answer_hours: Annotated[int, Meta(ge=0, le=10_000)] = 0
    channels: Annotated[tuple[Channel, ...], Meta(max_length=CHANNELS_MAX)] = ()
    materials: Annotated[tuple[Id, ...], Meta(max_length=MATERIALS_MAX)] = ()
    competencies: Annotated[tuple[Id, ...], Meta(max_length=MATERIALS_MAX)] = ()


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """A question of a quiz: what may be answered, which answers are right, and what is said then."""

    text: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    feedback: str = ""


class CoursePage(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A page of a course; `reference` is a package, a test, a video or a tool, `cites` what a draft was made from."""

    id: Id
    kind: PageKind = PageKind.TEXT
    title: Title
    body: Body = ""
    reference: Text = ""
    required: bool = True
    cites: Word = ""
    stale: bool = False


class Version(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A version of a course; what is published stays as it is."""

    course_id: str
    version: int
    sheet: Sheet
    pages: tuple[CoursePage, ...]
    editors: tuple[str, ...]
    readability: Readability | None
    approved_by: str
    published_at: str

    def page(self, page_id: str) -> CoursePage | None:
        """Return a page."""
        return next((one for one in self.pages if one.id == page_id), None)


class Course(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A course."""

    id: str
    title: str
    language: str
    state: State
    stage: Stage
    draft_version: int
    published_version: int
    outline_id: str
    created_at: str
    changed_at: str


class QualityItem(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A line of the quality checklist, by language."""

    id: Id
    place: int = 0
    texts: Annotated[dict[str, Text], Meta(min_length=1, max_length=20)]
    source: Word = ""
    active: bool = True


class Review(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a reviewer said of a version."""

    version: int
    reviewer: str
    approved: bool
    words: str
    reviewed_at: str


class Report(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Whether a version may be published: what is missing, who could not read it, and how easy it is to read."""

    missing: tuple[str, ...]
    faults: tuple[Fault, ...]
    readability: Readability
    unchecked: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not (self.missing or self.faults or self.unchecked)


def questions(text: str) -> list[Question]:
    """Return the questions of a quiz, written line by line: ? asks, + is right, - is wrong, ! says why.

    Raises ValueError that names the line which does not fit.
    """
    found: list[Question] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        sign, words = raw.strip()[:1], raw.strip()[1:].strip()
        if not sign:
            continue
        if sign not in "?+-!" or not words or (sign != "?" and not found):
            raise ValueError(str(number))
        if sign == "?":
            found.append(Question(words, (), ()))
            continue
        last = found[-1]
        if sign == "!":
            last = msgspec.structs.replace(last, feedback=f"{last.feedback} {words}".strip())
        else:
            right = (*last.right, len(last.options)) if sign == "+" else last.right
            last = msgspec.structs.replace(last, options=(*last.options, words), right=right)
        found[-1] = last
    if not found or len(found) > QUESTIONS_MAX:
        raise ValueError("0")
    for number, one in enumerate(found, start=1):
        if not one.right or len(one.options) < 2 or len(one.options) > OPTIONS_MAX:
            raise ValueError(str(number))
    return found


def answered(asked: Sequence[Question], answers: Mapping[int, Collection[int]]) -> list[bool]:
    """Return for each question whether exactly the right answers were chosen."""
    return [set(answers.get(place, ())) == set(one.right) for place, one in enumerate(asked)]


def for_learners(version: Version) -> Version:
    """Return a version as learners get it: without who wrote it, and quizzes without what is right and why."""
    pages = tuple(
        msgspec.structs.replace(page, body=_unsolved(page.body)) if page.kind is PageKind.QUIZ else page
        for page in version.pages
    )
    return msgspec.structs.replace(version, pages=pages, editors=(), approved_by="")


def _unsolved(body: str) -> str:
    asked = questions(body)
    return "\n".join(line for one in asked for line in (f"? {one.text}", *(f"- {option}" for option in one.options)))


def fault_of(page: CoursePage) -> str:
    """Return why a page cannot be kept, "" when it can."""
    if page.kind is PageKind.QUIZ:
        try:
            questions(page.body)
        except ValueError:
            return _(
                "Write each question so: a line that begins with ?, then answers with + where right and - where wrong."
            )
    elif len(rendered(page.body).encode()) > PAGE_BYTES_MAX:
        return _("The page is too large for a slow line. Split it in two.")
    leads = page.kind in {PageKind.PACKAGE, PageKind.TEST, PageKind.TOOL}
    if leads and not re.fullmatch(r"[A-Za-z0-9_.:~-]{1,100}", page.reference):
        return _("Say which package, test or link to a tool the page leads to.")
    if page.kind is PageKind.VIDEO and not re.fullmatch(r"https://\S+|[A-Za-z0-9-]{1,100}", page.reference):
        return _("Give the address of the video, or the id of a package that holds it.")
    return ""


def report(version: Version, stage: Stage, unchecked: Iterable[str]) -> Report:
    """Return whether a version may be published, and what stands in the way."""
    sheet, missing = version.sheet, []
    if not version.pages:
        missing.append(_("The course has no pages."))
    if stage not in MADE:
        missing.append(_("The course has not reached its implementation. Bring it through the states before."))
    if len({channel.address for channel in sheet.channels}) < CHANNELS_MIN:
        missing.append(_("Name at least two channels of support."))
    if not sheet.helpdesk or not sheet.answer_hours:
        missing.append(_("Name the helpdesk, and within how many hours it answers."))
    if sheet.open and sheet.paid:
        missing.append(_("A course that people pay for cannot be open to everybody."))
    if not sheet.summary.strip():
        missing.append(_("Say in a few words what the course is about."))
    if any(page.stale for page in version.pages):
        missing.append(
            _("Some lessons are stale, because what they cite has changed. Look at them and mark them as current.")
        )
    texts = [page.body for page in version.pages if page.kind is not PageKind.QUIZ]
    return Report(
        missing=tuple(missing), faults=tuple(_faults(version)), unchecked=tuple(unchecked),
        readability=readability([sheet.summary, *texts], sheet.language),
    )  # fmt: skip


def _faults(version: Version) -> list[Fault]:
    faults: list[Fault] = []
    for page in version.pages:
        if page.kind is not PageKind.QUIZ:
            faults += accessible(page.title, page.body)
        if page.kind is PageKind.VIDEO and not page.body.strip():
            faults.append(Fault(page.title, _("The video has no words to read. Write down what is said and shown.")))
    return faults
