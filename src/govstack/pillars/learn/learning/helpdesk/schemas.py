"""Wire shapes of questions to helpdesks of courses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.learning.helpdesk.model import Kept, Question, Words
from govstack.pillars.learn.people.model import Word

COLUMNS = ("course", "asked", "due", "state", "question", "answer", "answered")


class WordsGiven(msgspec.Struct, frozen=True):
    """A question, or its answer, as it is sent."""

    words: Words


class MineQuery(msgspec.Struct, frozen=True):
    """Of which course; "" for all."""

    course: Word = ""


class QuestionsQuery(msgspec.Struct, frozen=True):
    """Which questions: of which course ("" for all), those that wait or all, and after which one."""

    course: Word = ""
    show: Literal["waiting", "all"] = "all"
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class FiguresQuery(msgspec.Struct, frozen=True):
    """Of which course ("" for all), and after which one."""

    course: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class DeskQuery(msgspec.Struct, frozen=True):
    """Which part of what waits and of the courses a page shows."""

    after: Word = ""
    course: Word = ""


class Questions(msgspec.Struct, frozen=True):
    """Questions, and after which id the next ones come ("" at the end)."""

    questions: list[Question]
    next: str = ""


class Figures(msgspec.Struct, frozen=True):
    """How helpdesks keep to their time, and after which course the next ones come ("" at the end)."""

    courses: list[Kept]
    next: str = ""


def file_answer(kind: Format, found: Iterable[Question]) -> Answer:
    """Return what somebody asked as a file."""
    rows = [
        (one.course_id, one.asked_at, one.due_at, one.state.value, one.words, one.answer, one.answered_at)
        for one in found
    ]
    return table_answer("my-questions", kind, COLUMNS, at_once(rows))
