"""What attendance and results come to, under the rule of an offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.response.enrolment.model import Shown
from govstack.pillars.learn.response.offerings.model import CoursePart, Offering, Percent, Rule, Session

ROWS_MAX = 10_000
CODE_SECONDS_MIN = 60
PEOPLE_A_PAGE_MAX = 30
FIELDS_A_PAGE_MAX = 900
COLUMNS = ("number", "day", "present")
YES = frozenset({"yes", "y", "1", "true", "x", "oui", "o", "sí", "si", "s", "نعم", "ndiyo", "ndio"})
NO = frozenset({"", "no", "n", "0", "false", "non", "لا", "hapana"})


class Mark(StrEnum):
    """How somebody was there on a day; who came late was there."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class Result(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What came of one part: done or not, and the result of its test in per cent."""

    part: Annotated[int, Meta(ge=1, le=30)]
    done: bool = True
    percent: Percent | None = None


class Outcome(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody has reached: days, share of days, mean of tests, parts, and what follows from it.

    `late` are those of the days on which they came late.
    """

    days: list[date]
    attendance_percent: int
    assessment_percent: int | None
    parts_done: list[int]
    completed: bool
    certified: bool
    late: list[date] = []


def outcome(
    offering: Offering, session: Session, *, marks: Mapping[date, Mark], results: Iterable[Result],
    attended: frozenset[str],
) -> Outcome:  # fmt: skip
    """Return what somebody has reached; `attended` names the delivery forms that attendance is kept of.

    A part of such a form is done by being there as much as the certificate asks for, any other by its own result; a
    part with a test is done only when the test was taken. Of sessions without days attendance is whole.
    """
    held = session.held_on
    there = sorted(day for day, mark in marks.items() if mark is not Mark.ABSENT and day in held)
    share = len(there) * 100 // len(held) if held else 100
    by_part = {one.part: one for one in results}
    rule = offering.certificate
    done = [
        number
        for number, part in enumerate(offering.parts, start=1)
        if _is_done(part, by_part.get(number), present=share >= rule.attendance_percent, attended=attended)
    ]
    tests = [number for number, part in enumerate(offering.parts, start=1) if part.tested]
    taken = [by_part[number].percent or 0 for number in tests if number in by_part]
    mean = sum(taken) // len(tests) if tests and taken else None
    completed = is_completed(offering, done)
    has_days = any(part.delivery in attended for part in offering.parts)
    certified = (
        completed
        and (share >= rule.attendance_percent or not has_days)
        and (not tests or (mean is not None and mean >= rule.assessment_percent))
    )
    return Outcome(
        days=there, attendance_percent=share, assessment_percent=mean, parts_done=done, completed=completed,
        certified=certified, late=[day for day in there if marks[day] is Mark.LATE],
    )  # fmt: skip


def _is_done(part: CoursePart, result: Result | None, *, present: bool, attended: frozenset[str]) -> bool:
    if part.delivery in attended and not present:
        return False
    if part.tested:
        return result is not None and result.done and result.percent is not None
    return part.delivery in attended or (result is not None and result.done)


def is_completed(offering: Offering, done: list[int]) -> bool:
    """Tell whether the parts that are done complete an offering, by its one rule."""
    if offering.completion is Rule.COUNT:
        return len(done) >= offering.completion_count
    needed = {
        number
        for number, part in enumerate(offering.parts, start=1)
        if offering.completion is Rule.ALL or part.required
    }
    return bool(done) and needed <= set(done)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the sheet of a session: how they were there on its day, None without a mark, and their results."""

    shown: Shown
    mark: Mark | None
    results: Mapping[int, Result]


@dataclass(frozen=True, slots=True)
class Sheet:
    """People of a session with a seat, one page of them by name; `day` is None where no day is kept.

    `parts` are those that a result is entered for, by their numbers.
    """

    session: Session
    offering: Offering
    day: date | None
    parts: Mapping[int, CoursePart]
    lines: tuple[Line, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a keeper changed of somebody on a sheet."""

    enrolment_id: str
    mark: Mark | None
    results: tuple[Result, ...]


def entered(offering: Offering, attended: frozenset[str]) -> dict[int, CoursePart]:
    """Return the parts that a result is entered for: those with a test, and those that attendance says nothing of."""
    return {
        number: part
        for number, part in enumerate(offering.parts, start=1)
        if part.tested or part.delivery not in attended
    }


def people_a_page(parts: int) -> int:
    """Return how many people stand on a page, so that a form with so many parts has no more fields than it may."""
    return max(1, min(PEOPLE_A_PAGE_MAX, FIELDS_A_PAGE_MAX // (2 + 2 * parts)))


def day_shown(session: Session, today: date) -> date | None:
    """Return the day of a session to begin with: today, else the last one held, else its first one."""
    held = session.held_on
    gone = [day for day in held if day <= today]
    return gone[-1] if gone else held[0] if held else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of a paper list that could not be taken, with the sentence that says why."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a paper list."""

    noted: int
    known: int
    faults: tuple[Fault, ...]


def said_present(text: str) -> bool | None:
    """Return what a cell says: there, not there, or None for anything else."""
    word = text.strip().lower()
    return True if word in YES else False if word in NO else None


def day_of(text: str) -> date | None:
    """Return a day written as 2026-11-21, None for anything else."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


class Code(msgspec.Struct, frozen=True):
    """What the code of a day says: the session, the day, until when it holds, and who showed it."""

    session_id: str
    day: date
    until: str
    shown_by: str = ""


def missing(columns: Iterable[str]) -> list[str]:
    """Return the columns that a paper list lacks."""
    have: Mapping[str, None] = dict.fromkeys(name.strip().lower() for name in columns)
    return [name for name in COLUMNS if name not in have]
