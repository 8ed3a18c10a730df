"""What a badge stands for, when a rule awards it, and the picture of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from xml.sax.saxutils import escape

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.achievements.errors import LevelWithoutCompetency, NoRule

ACHIEVEMENTS_MAX = 2_000
TEXT_CHARACTERS_MAX = 2_000
NAME_CHARACTERS_MAX = 120
LANGUAGES_MAX = 20
MONTHS_MAX = 240
LEVEL_MAX = 20
LINE_CHARACTERS, LINES_MAX = 20, 4
COLOUR = "#0b4a4b"

Texts = Annotated[
    dict[
        Annotated[str, Meta(min_length=2, max_length=12)],
        Annotated[str, Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX)],
    ],
    Meta(min_length=1, max_length=LANGUAGES_MAX),
]
Names = Annotated[
    dict[
        Annotated[str, Meta(min_length=2, max_length=12)],
        Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)],
    ],
    Meta(min_length=1, max_length=LANGUAGES_MAX),
]
Word = Annotated[str, Meta(max_length=200)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Link = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[^\s]+)?$")]


class Kind(StrEnum):
    """What was achieved."""

    COMPETENCY = "competency"
    COURSE = "course"
    CERTIFICATE = "certificate"
    CONTRIBUTION = "contribution"

    @property
    def published(self) -> str:
        """Return the word that Open Badges 3.0 has for it."""
        return _PUBLISHED[self]


_PUBLISHED = {
    Kind.COMPETENCY: "Competency",
    Kind.COURSE: "Course",
    Kind.CERTIFICATE: "Certificate",
    Kind.CONTRIBUTION: "CommunityService",
}


class Awarding(StrEnum):
    """How a badge comes about."""

    HAND = "hand"
    RULE = "rule"


class Awarder(StrEnum):
    """Who may award it by hand, as the last word of a scope."""

    TEACH = "teach"
    PLAN = "plan"
    FACILITATE = "facilitate"
    ADMINISTER = "administer"

    @property
    def scope(self) -> str:
        """Return the scope."""
        return f"learn:{self.value}"


class AchievementGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a badge stands for, as it is sent; its id stands in the address.

    `level` 0 is none; `validMonths` 0 lasts for ever. `scorePercent` and `attendancePercent` are what a rule asks for;
    what is 0 is not asked for. A badge for contributions may ask for neither: communities say how many it takes.
    """

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


class Achievement(AchievementGiven, frozen=True, rename="camel", kw_only=True):
    """What a badge stands for."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]

    @property
    def by_contributions(self) -> bool:
        """Tell whether communities count contributions for it, and say how many: it asks for no result itself."""
        asks = self.score_percent or self.attendance_percent
        return self.awarding is Awarding.RULE and self.kind is Kind.CONTRIBUTION and not asks

    def sound(self) -> Achievement:
        """Return it; raises NoRule, LevelWithoutCompetency."""
        asks = self.score_percent or self.attendance_percent
        if self.awarding is Awarding.RULE and not asks and not self.by_contributions:
            raise NoRule
        if self.level and not (self.framework and self.competency_code):
            raise LevelWithoutCompetency
        return self

    def reached(self, *, score_percent: int | None, attendance_percent: int | None) -> bool:
        """Tell whether a result is what the rule asks for; what is not known does not count as reached."""
        asked = ((self.score_percent, score_percent), (self.attendance_percent, attendance_percent))
        return all(least == 0 or (had is not None and had >= least) for least, had in asked)

    def expiry(self, issued_at: datetime) -> datetime | None:
        """Return when a badge of this kind ends that was issued then; nothing for one that lasts."""
        if not self.valid_months:
            return None
        years, month = divmod(issued_at.month - 1 + self.valid_months, 12)
        for day in (issued_at.day, 30, 29, 28):
            try:
                return issued_at.replace(year=issued_at.year + years, month=month + 1, day=day)
            except ValueError:
                continue
        raise AssertionError("Every month has a 28th day.")


def told(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def picture(title: str, caption: str, colour: str) -> str:
    """Return the picture of a badge as SVG, made of nothing but its own words."""
    lines = textwrap.wrap(title, LINE_CHARACTERS)[:LINES_MAX] or [title]
    top = 200 - 18 * (len(lines) - 1)
    spans = "".join(
        f'<text x="200" y="{top + 36 * number}" font-size="30" font-weight="700">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img">'
        f"<title>{escape(title)}</title>"
        f'<path d="M200 12 363 106v188L200 388 37 294V106z" fill="{escape(colour)}"/>'
        '<path d="M200 32 346 116v168L200 368 54 284V116z" fill="none" stroke="#ffffff" stroke-width="4"/>'
        '<g fill="#ffffff" font-family="sans-serif" text-anchor="middle">'
        f'{spans}<text x="200" y="318" font-size="20">{escape(caption)}</text></g></svg>'
    )
