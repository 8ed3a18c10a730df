"""Lines that are graded, the scores that tools send, and what a tool may call with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel import clock, crypto
from govstack.pillars.learn.learning.grades.errors import INVALID_SCOPE, NotAScore, NotGranted, TokenRefused
from govstack.pillars.learn.learning.platforms.model import LINES, LINES_READ, Points, Tool, Word

GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 1_800
LINES_OF_TOOL_MAX = 1_000
PAGE_MAX = 100
COMMENT_CHARACTERS_MAX = 4_000
# How far a tool's clock may be ahead: a score of tomorrow would keep every score of today out.
AHEAD = timedelta(minutes=5)

Label = Annotated[str, Meta(min_length=1, max_length=500)]
Moment = Annotated[str, Meta(max_length=50)]


class Activity(StrEnum):
    """How far somebody is with what they do (section 3.4.7 of the standard)."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class Grading(StrEnum):
    """How far the tool is with grading it (section 3.4.8)."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"


class LineGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A line item as a tool writes it."""

    score_maximum: Points
    label: Label
    resource_id: Word = ""
    resource_link_id: Word = ""
    tag: Word = ""
    start_date_time: Moment = ""
    end_date_time: Moment = ""


class Score(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A score as a tool sends it; without `score_given` the one before is taken back."""

    user_id: Annotated[str, Meta(min_length=1, max_length=255)]
    timestamp: Moment
    activity_progress: Activity
    grading_progress: Grading
    score_given: Annotated[float, Meta(ge=0, le=1_000_000)] | None = None
    score_maximum: Points | None = None
    comment: Annotated[str, Meta(max_length=COMMENT_CHARACTERS_MAX)] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What is graded. One that is `coupled` belongs to a link and has its id; a tool added the others."""

    id: str
    tool_id: str
    link_id: str
    coupled: bool
    label: str
    maximum: float
    pass_percent: int = 0
    resource_id: str = ""
    tag: str = ""
    starts_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """The newest score of a learner in a line, who is `subject` to the tool."""

    line: Line
    subject: str
    given: float | None
    maximum: float | None
    activity: Activity
    grading: Grading
    comment: str
    scored_at: str

    @property
    def result(self) -> float | None:
        """Return the score in the points of the line; nothing before the tool is through with grading."""
        if self.grading is not Grading.FULLY_GRADED or self.given is None or not self.maximum:
            return None
        return self.given / self.maximum * self.line.maximum

    @property
    def passed(self) -> bool:
        """Tell whether what was to be done is done, and well enough."""
        ended = self.activity in {Activity.SUBMITTED, Activity.COMPLETED}
        if not ended or self.grading is not Grading.FULLY_GRADED:
            return False
        needed = self.line.maximum * self.line.pass_percent / 100
        return not needed or (self.result is not None and self.result >= needed)


@dataclass(frozen=True, slots=True)
class Caller:
    """A tool that proved itself, and what its token was given for."""

    tool: Tool
    scopes: tuple[str, ...]

    def check(self, *scopes: str) -> None:
        """Refuse a tool whose token was given for none of some scopes; raises NotGranted."""
        if not set(scopes) & set(self.scopes):
            raise NotGranted

    def check_reads_lines(self) -> None:
        """Refuse a tool that may not read lines; raises NotGranted."""
        self.check(LINES, LINES_READ)


@dataclass(frozen=True, slots=True)
class Kept:
    """A score as a row holds it."""

    learner_id: str
    subject: str
    given: float | None
    maximum: float | None
    activity: Activity
    grading: Grading
    comment_sealed: bytes | None
    scored_at: str


def granted(tool: Tool, asked: str) -> tuple[str, ...]:
    """Return what a token is given for; raises TokenRefused (invalid_scope) when that is nothing."""
    found = tuple(scope for scope in tool.card.scopes if scope in asked.split())
    if not found:
        raise TokenRefused(INVALID_SCOPE, "Ask for a scope that the tool may have.")
    return found


def line_of(line_id: str, tool: Tool, given: LineGiven) -> Line:
    """Return a line as a tool wants it; raises NotAScore."""
    starts, ends = (_moment_or_none(text) for text in (given.start_date_time, given.end_date_time))
    if starts and ends and ends < starts:
        raise NotAScore("The line ends before it starts.")
    return Line(
        id=line_id, tool_id=tool.id, link_id=given.resource_link_id, coupled=False, label=given.label,
        maximum=given.score_maximum, resource_id=given.resource_id, tag=given.tag, starts_at=starts, ends_at=ends,
    )  # fmt: skip


def _moment_or_none(text: str) -> str:
    return clock.timestamp(_moment(text)) if text else ""


def _moment(text: str) -> datetime:
    try:
        return clock.parse(text)
    except (ValueError, OverflowError) as error:
        raise NotAScore("Write moments as ISO 8601 with a zone, such as 2026-11-21T21:30:00.123Z.") from error


def scored_at(score: Score, now: datetime) -> str:
    """Return the moment of a score, and refuse one that cannot be kept; raises NotAScore."""
    moment = _moment(score.timestamp)
    if moment > now + AHEAD:
        raise NotAScore("The score is of a moment that has not come yet.")
    if score.score_given is not None and score.score_maximum is None:
        raise NotAScore("A score that is given needs scoreMaximum, above 0.")
    return clock.timestamp(moment)


def print_of(score: Score) -> str:
    """Return what tells a score from another one of the same moment."""
    return crypto.digest(crypto.canonical(score))


def page_of(found: Sequence[Line], limit: int) -> tuple[Sequence[Line], str]:
    """Return a page of lines, of which one more was read, and the id after which the next one begins."""
    return (found[:limit], found[limit - 1].id) if len(found) > limit else (found, "")
