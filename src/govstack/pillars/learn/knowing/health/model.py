"""What the panel of a community counts, and when it warns. Periods and the size of a drop are ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from govstack.pillars.learn.splits.model import Dimension, Split

EVENTS_BEFORE = 3


class Who(StrEnum):
    """Whose groups are told: those who belong, who were active, and who came to events."""

    MEMBERS = "members"
    ACTIVE = "active"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures of one period beside the period before: people and acts.

    Hours go from a question to its first answer, and to the answer that was accepted; None without any. `resolved` are
    the questions that have an accepted answer.
    """

    active: int
    active_before: int
    contributors: int
    contributors_before: int
    asked: int
    answered: int
    hours_to_answer: float | None
    resolved: int
    hours_to_resolve: float | None
    reused: int
    attendance: tuple[tuple[str, int], ...]
    groups: Mapping[Dimension, Mapping[str, Split]] = field(default_factory=dict)

    @property
    def answered_percent(self) -> int | None:
        """Return the share of questions that were answered, None where nobody asked."""
        return round(100 * self.answered / self.asked) if self.asked else None

    def warnings(self, drop_percent: int) -> tuple[str, ...]:
        """Return what fell by a share or more: active, contributors, attendance."""
        came = [count for _day, count in self.attendance]
        before = came[-EVENTS_BEFORE - 1 : -1]
        fell = {
            "active": dropped(self.active_before, self.active, drop_percent),
            "contributors": dropped(self.contributors_before, self.contributors, drop_percent),
            "attendance": bool(before) and dropped(sum(before) / len(before), came[-1], drop_percent),
        }
        return tuple(name for name, is_so in fell.items() if is_so)


def dropped(before: float, now: float, percent: int) -> bool:
    """Tell whether a figure fell by a share or more; from nothing nothing falls."""
    return before > 0 and (before - now) * 100 >= percent * before


def hours(pairs: Sequence[tuple[datetime, datetime]]) -> float | None:
    """Return the median of hours between two moments each, None without any."""
    waits = [max(timedelta(), answered - asked) / timedelta(hours=1) for asked, answered in pairs]
    return round(median(waits), 1) if waits else None
