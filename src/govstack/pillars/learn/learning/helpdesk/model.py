"""A question to the helpdesk of a course, and how a helpdesk keeps to the time that it promises."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

WORDS_CHARACTERS_MAX = 4_000
WAITING_MAX = 20

Words = Annotated[str, Meta(min_length=1, max_length=WORDS_CHARACTERS_MAX)]


class State(StrEnum):
    """Where a question stands against the time in which the course promised an answer."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    IN_TIME = "in-time"
    LATE = "late"


class Question(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A question as everybody gets it who may see it: without who asked; due after the hours promised when asked."""

    id: str
    course_id: str
    words: str
    asked_at: str
    due_at: str
    state: State
    answer: str = ""
    answered_at: str = ""


class Kept(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How a helpdesk kept to its time: how many questions there are of each state, whoever asked them."""

    course_id: str
    asked: int
    waiting: int
    overdue: int
    in_time: int
    late: int

    @property
    def percent(self) -> int | None:
        """Return how many of a hundred questions whose time is over were answered in time; None for none."""
        judged = self.overdue + self.in_time + self.late
        return round(100 * self.in_time / judged) if judged else None


def state_of(*, due_at: str, answered_at: str | None, now: str) -> State:
    """Return where a question stands; moments are texts in universal time that sort as they follow each other."""
    if answered_at:
        return State.IN_TIME if answered_at <= due_at else State.LATE
    return State.WAITING if now <= due_at else State.OVERDUE
