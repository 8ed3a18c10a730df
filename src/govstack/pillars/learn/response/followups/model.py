"""When each level of an evaluation is followed up after each time an offering was held (F29 AC2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from govstack.pillars.learn.change.evaluation.model import LEARNER, MANAGER, SERVICE, TEST, group_of

# At this level a test is written before and after.
LEARNT_LEVEL = 2


class State(StrEnum):
    """Where a follow-up stands."""

    WAITING = "waiting"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Window:
    """When a level is followed up: days after the end, and by whom."""

    level: int
    seen_by: str
    first_days: int
    last_days: int


@dataclass(frozen=True, slots=True)
class Run:
    """One time that an offering was held: the day of its end, and its session ("" for one held without)."""

    ended: date
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A session as follow-up needs it: its first and its last day."""

    session_id: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A level that is to be followed up after a run: between which days, and where that stands."""

    run: Run
    window: Window
    opens: date
    closes: date
    state: State


def windows(third: tuple[int, int], fourth: tuple[int, int]) -> tuple[Window, ...]:
    """Return when each level is followed up: levels 1 and 2 at the end, 3 and 4 in the given days after it."""
    return (
        Window(1, LEARNER, 0, 0), Window(2, TEST, 0, 0), Window(3, LEARNER, *third), Window(3, MANAGER, *third),
        Window(4, SERVICE, *fourth),
    )  # fmt: skip


def runs(sessions: Sequence[Held], typed: date | None) -> list[Run]:
    """Return each time an offering was held, the first to end first.

    Every session is one. A day that somebody typed is the end of the session that had begun last by then: such a
    session may have ended on another day than was planned. Where none had begun, the day is a run without a session.
    """
    begun = [one for one in sessions if typed and one.starts <= typed]
    meant = max(begun, key=lambda one: (one.starts, one.session_id), default=None)
    found = [Run(typed if typed and one is meant else one.ends, one.session_id) for one in sessions]
    if typed and meant is None:
        found.append(Run(typed))
    return sorted(found, key=lambda one: (one.ended, one.session_id))


def follow_ups(
    held: Sequence[Run], results: Sequence[Mapping[str, Any]], found: Sequence[Window], today: date
) -> list[FollowUp]:
    """Return where the follow-up of each level stands, run by run.

    A result that names no session counts for the run whose follow-up at that level had opened last by its day.
    """
    shown = []
    for run in held:
        for window in found:
            opens, closes = (run.ended + timedelta(days=days) for days in (window.first_days, window.last_days))
            done = any(_fits(one, run, window, today) and _run_of(one, held, window) == run for one in results)
            shown.append(FollowUp(run, window, opens, closes, _state(done, opens, closes, today)))
    return shown


def _fits(result: Mapping[str, Any], run: Run, window: Window, today: date) -> bool:
    """Tell whether a result is what a window asks for: of everybody, seen by whom, in time, with what was before."""
    opens = run.ended + timedelta(days=window.first_days)
    return bool(
        result["level"] == window.level
        and result["seenBy"] == window.seen_by
        and opens.isoformat() <= result["on"] <= today.isoformat()
        and group_of(result) is None
        and (window.level != LEARNT_LEVEL or "before" in result)
    )


def _run_of(result: Mapping[str, Any], held: Sequence[Run], window: Window) -> Run | None:
    if result.get("session"):
        return next((one for one in held if one.session_id == result["session"]), None)
    day = date.fromisoformat(result["on"])
    opened = [one for one in held if one.ended + timedelta(days=window.first_days) <= day]
    return opened[-1] if opened else None


def _state(done: bool, opens: date, closes: date, today: date) -> State:
    if done:
        return State.DONE
    if today > closes:
        return State.OVERDUE
    return State.DUE if today >= opens else State.WAITING
