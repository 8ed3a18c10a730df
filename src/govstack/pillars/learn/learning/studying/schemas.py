"""Wire shapes of learning with courses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer, Call
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.learning.courses.model import QUESTIONS_MAX, Course
from govstack.pillars.learn.learning.studying.model import REMARK_CHARACTERS_MAX, WORK_CHARACTERS_MAX, Progress, Work

PLACE_DIGITS_MAX = 4
COLUMNS = ("course", "title", "version", "started", "completed", "percent")


class Answers(msgspec.Struct, frozen=True):
    """The places of the answers that were chosen, for each question in order."""

    answers: Annotated[list[list[int]], Meta(max_length=QUESTIONS_MAX)]


class Answered(msgspec.Struct, frozen=True):
    """Which questions were answered right, and how far the learner has come."""

    right: list[bool]
    progress: Progress


class WorkGiven(msgspec.Struct, frozen=True):
    """Work that is handed in."""

    words: Annotated[str, Meta(min_length=1, max_length=WORK_CHARACTERS_MAX)]


class WorkList(msgspec.Struct, frozen=True):
    """Work that was handed in."""

    work: list[Work]


class Judgement(msgspec.Struct, frozen=True):
    """What is said about work."""

    accepted: bool
    remark: Annotated[str, Meta(max_length=REMARK_CHARACTERS_MAX)] = ""


class Studied(msgspec.Struct, frozen=True):
    """A course that somebody began, and how far they have come."""

    course: Course
    progress: Progress


class MyCourses(msgspec.Struct, frozen=True):
    """The courses that somebody began."""

    courses: list[Studied]


def file_answer(kind: Format, found: Iterable[tuple[Course, Progress]]) -> Answer:
    """Return the courses that somebody began as a file."""
    rows = [
        (one.id, one.title, how.start.version, how.start.started_at, how.start.completed_at, how.percent)
        for one, how in found
    ]
    return table_answer("my-courses", kind, COLUMNS, at_once(rows))


def answers_of(call: Call) -> tuple[dict[str, list[str]], dict[int, list[int]]]:
    """Return what was chosen in the form of a quiz, as it was sent, and as places of options by places of questions."""
    chosen = {name: list(values) for name, values in call.form_lists.items() if name.startswith("q")}
    answers = {
        int(name[1:]): [int(value) for value in values if _is_place(value)]
        for name, values in chosen.items()
        if _is_place(name[1:])
    }
    return chosen, answers


def _is_place(text: str) -> bool:
    """Tell whether a text names the place of a question or an option."""
    return text.isascii() and text.isdigit() and len(text) <= PLACE_DIGITS_MAX
