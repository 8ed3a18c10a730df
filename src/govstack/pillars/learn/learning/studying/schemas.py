"""Wire shapes of learning with courses."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from io import BytesIO
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Book, Format, csv_line, defused
from govstack.pillars.learn.learning.courses.model import QUESTIONS_MAX, Course
from govstack.pillars.learn.learning.studying.model import REMARK_CHARACTERS_MAX, WORK_CHARACTERS_MAX, Progress, Work

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


class FileQuery(msgspec.Struct, frozen=True):
    """What the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"


def file_answer(kind: Format, found: Iterable[tuple[Course, Progress]]) -> Answer:
    """Return the courses that somebody began as a file."""
    headers = {"Content-Disposition": f'attachment; filename="my-courses.{kind.value}"'}
    rows = [
        (
            one.id, defused(one.title), how.start.version, how.start.started_at, how.start.completed_at, how.percent,
        )
        for one, how in found
    ]  # fmt: skip
    if kind is Format.JSON:
        body = msgspec.json.encode([dict(zip(COLUMNS, row, strict=True)) for row in rows])
    elif kind is Format.CSV:
        body = ("\ufeff" + csv_line(COLUMNS) + "".join(csv_line(row) for row in rows)).encode()
    else:
        with closing(Book(COLUMNS)) as book, BytesIO() as file:
            for row in rows:
                book.add(row)
            book.save(file)
            body = file.getvalue()
    charset = "" if kind is Format.XLSX else "; charset=utf-8"
    return Answer(body=body, media_type=kind.media_type + charset, headers=headers)
