"""Wire shapes of badges that courses earn."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.achievements.model import Achievement


class CourseBadges(msgspec.Struct, frozen=True, rename="camel"):
    """The badges that a course earns."""

    course_badges: list[Achievement]
