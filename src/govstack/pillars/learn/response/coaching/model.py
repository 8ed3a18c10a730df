"""A coaching with its goals and notes, and who may see it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id
from govstack.pillars.learn.response.offerings.model import Level

WORDS_CHARACTERS_MAX = 4_000
COACHINGS_MAX = 500
GOALS_MAX = 50
NOTES_MAX = 1_000

Words = Annotated[str, Meta(min_length=1, max_length=WORDS_CHARACTERS_MAX)]


class CoachingGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A coaching as it is sent: who coaches whom, and who may look in, if anybody."""

    coach_id: Id
    coachee_id: Id
    supervisor_id: Id | None = None


class Coaching(CoachingGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Two people who work on goals together."""

    id: Id
    created_at: str
    ended_at: str | None = None

    def seen_by(self, person_id: str) -> bool:
        """Tell whether somebody may read goals and notes: the pair, and a supervisor who was authorised."""
        return person_id in {self.coach_id, self.coachee_id, self.supervisor_id}

    def written_by(self, person_id: str) -> bool:
        """Tell whether somebody may write: the pair alone."""
        return person_id in {self.coach_id, self.coachee_id}


class GoalGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A goal as it is sent: which competency, from which level to which, in the pair's own words."""

    competency_id: Id
    from_level: Level
    to_level: Level
    words: Words


class Goal(GoalGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A goal, and whether it is reached."""

    id: Id
    reached: bool = False


class Begun(CoachingGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A coaching as it begins: the pair, and the goals that they begin with, if any are set already."""

    goals: Annotated[tuple[GoalGiven, ...], Meta(max_length=GOALS_MAX)] = ()


class NoteGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is sent: the day it is about, and its words."""

    day: date
    words: Words


class Note(NoteGiven, frozen=True, rename="camel", kw_only=True):
    """A dated note of one of the pair."""

    id: Id
    author_id: Id
    created_at: str


class Whole(msgspec.Struct, frozen=True, rename="camel"):
    """A coaching with all that was written in it."""

    coaching: Coaching
    goals: list[Goal]
    notes: list[Note]
