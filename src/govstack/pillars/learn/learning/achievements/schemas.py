"""Wire shapes of what badges stand for."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.achievements.model import Achievement, Word

PAGE_ACHIEVEMENTS_MAX = 500


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
