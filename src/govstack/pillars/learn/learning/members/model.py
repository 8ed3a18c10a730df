"""Who takes a course, as a tool may know it."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.pillars.learn.learning.courses.model import Course
from govstack.pillars.learn.learning.platforms.model import LEARNER

PAGE_MAX = 100
# A role is named whole, or as a word of the vocabulary for contexts (section 2.4.1 of the standard).
LEARNERS = frozenset({"", LEARNER, "Learner"})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes a course, who is `subject` to the tool; without a name where the tool may not have it."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Members:
    """A page of those who take a course, and after what the next one begins, "" for the last."""

    course: Course
    members: tuple[Member, ...]
    after: str
