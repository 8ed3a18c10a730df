"""Wire shapes of coaching."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Word
from govstack.pillars.learn.response.coaching.model import Coaching


class CoachingList(msgspec.Struct, frozen=True):
    """Coachings."""

    coachings: list[Coaching]


class CoachingQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class CoachingRegister(msgspec.Struct, frozen=True):
    """Who coaches whom, and after which id the next ones come ("" at the end)."""

    coachings: list[Coaching]
    next: str = ""


class GoalJudged(msgspec.Struct, frozen=True):
    """Whether a goal is reached."""

    reached: bool
