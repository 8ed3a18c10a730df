"""Wire shapes of what badges stand for."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.achievements.model import (
    COLOUR,
    LEVEL_MAX,
    MONTHS_MAX,
    Achievement,
    Awarder,
    Awarding,
    Kind,
    Link,
    Names,
    Percent,
    Texts,
    Word,
)

PAGE_ACHIEVEMENTS_MAX = 500


class AchievementGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a badge stands for, as it is sent; its id stands in the address."""

    names: Names
    descriptions: Texts
    criteria: Texts
    kind: Kind = Kind.COMPETENCY
    framework: Word = ""
    competency_code: Word = ""
    competency_name: Word = ""
    competency_url: Link = ""
    level: Annotated[int, Meta(ge=0, le=LEVEL_MAX)] = 0
    valid_months: Annotated[int, Meta(ge=0, le=MONTHS_MAX)] = 0
    awarding: Awarding = Awarding.HAND
    score_percent: Percent = 0
    attendance_percent: Percent = 0
    awarder: Awarder = Awarder.TEACH
    colour: Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")] = COLOUR
    active: bool = True

    def achievement(self, achievement_id: str) -> Achievement:
        """Return it whole; raises msgspec.ValidationError for an id that is none."""
        return msgspec.convert({"id": achievement_id, **msgspec.to_builtins(self)}, Achievement)


class AchievementList(msgspec.Struct, frozen=True):
    """What badges stand for, and after which id the next ones come ("" at the end)."""

    achievements: list[Achievement]
    next: str = ""


class AchievementQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ACHIEVEMENTS_MAX)] = 100


class PictureQuery(msgspec.Struct, frozen=True):
    """In which language the words of a picture stand."""

    lang: Word = ""
