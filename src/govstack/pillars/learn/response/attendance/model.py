"""What attendance and results come to, under the rule of an offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.response.offerings.model import CoursePart, Offering, Percent, Rule, Session

ROWS_MAX = 10_000
CODE_SECONDS_MIN = 60
COLUMNS = ("number", "day", "present")
YES = frozenset({"yes", "y", "1", "true", "x", "oui", "o", "sí", "si", "s", "نعم"})
NO = frozenset({"", "no", "n", "0", "false", "non", "لا"})


class Result(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What came of one part: done or not, and the result of its test in per cent."""

    part: Annotated[int, Meta(ge=1, le=30)]
    done: bool = True
    percent: Percent | None = None


class Outcome(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody has reached: days, share of days, mean of tests, parts, and what follows from it."""

    days: list[date]
    attendance_percent: int
    assessment_percent: int | None
    parts_done: list[int]
    completed: bool
    certified: bool


def outcome(
    offering: Offering, session: Session, *, days: Iterable[date], results: Iterable[Result], attended: frozenset[str]
) -> Outcome:
    """Return what somebody has reached; `attended` names the delivery forms that attendance is kept of.

    A part of such a form is done by being there as much as the certificate asks for, any other by its own result; a
    part with a test is done only when the test was taken. Of sessions without days attendance is whole.
    """
    held = session.held_on
    there = sorted(set(days) & set(held))
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
        certified=certified,
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
