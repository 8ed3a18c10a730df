"""Trainers, centres and coachings of the demo country as their file tells them."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.pillars.learn.response.coaching.model import GoalGiven


class Certified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody may teach a course, days from the first one; `by` another trainer, or an authority."""

    who: str
    offering: str
    since: int
    until: int
    by: str | None = None
    authority: str = ""


class Teaches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody teaches a session."""

    session: str
    who: str


class Noted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note of one of a pair about a day on which they met."""

    who: str
    day: int
    words: str


class Coached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A coaching with its goals and what was written about its days."""

    coach: str
    coachee: str
    begun: int
    goals: tuple[GoalGiven, ...]
    notes: tuple[Noted, ...]
    supervisor: str | None = None


class Equipped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything of the file; material and centres as their rooms take them, with days still to be set."""

    certifications: tuple[Certified, ...]
    teach: tuple[Teaches, ...]
    materials: tuple[dict[str, Any], ...]
    centres: tuple[dict[str, Any], ...]
    coachings: tuple[Coached, ...]
