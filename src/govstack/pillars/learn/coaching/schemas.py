"""Wire shapes of coaching."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.coaching.model import Coaching


class CoachingList(msgspec.Struct, frozen=True):
    """Coachings."""

    coachings: list[Coaching]


class GoalJudged(msgspec.Struct, frozen=True):
    """Whether a goal is reached."""

    reached: bool
