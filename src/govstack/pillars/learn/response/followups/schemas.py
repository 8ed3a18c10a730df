"""What follow-ups are asked with, and how they are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.change.evaluation.model import (
    ORDER,
    Compared,
    Reason,
    Said,
    compared,
    is_complete,
    planned,
)
from govstack.pillars.learn.downloads.schemas import Line
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.response.followups import model
from govstack.pillars.learn.response.followups.model import State
from govstack.pillars.learn.response.followups.service import OPEN, Checks, Standing

FOLLOW_UPS_MAX = 500
COLUMNS = ("plan", "name", "session", "ended", "level", "seenBy", "opens", "closes", "state")


class OpenQuery(msgspec.Struct, frozen=True):
    """Those that are due, those that should have been done, or both ("")."""

    state: Literal["", "due", "overdue"] = ""

    @property
    def states(self) -> frozenset[State]:
        """Return the states that are asked for."""
        return frozenset({State(self.state)}) if self.state else OPEN


class ListQuery(OpenQuery, frozen=True):
    """Which follow-ups, and which part of the list."""

    limit: Annotated[int, Meta(ge=1, le=FOLLOW_UPS_MAX)] = 200
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class PageQuery(msgspec.Struct, frozen=True):
    """Which page."""

    page: Annotated[int, Meta(ge=1, le=100_000)] = 1


class FileQuery(OpenQuery, frozen=True):
    """Which follow-ups, and what the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"


class FollowUp(msgspec.Struct, frozen=True, rename="camel"):
    """A level to follow up after a session ("" for none): from which day to which (ISO 8601), and where it stands."""

    plan_id: str
    name: str
    session_id: str
    ended: str
    level: int
    seen_by: str
    opens: str
    closes: str
    state: State


class FollowUps(msgspec.Struct, frozen=True, rename="camel"):
    """Follow-ups, the one that should have been done first first, and how many there are in all."""

    follow_ups: list[FollowUp]
    total: int


class LevelStanding(msgspec.Struct, frozen=True):
    """A level of a plan: whether all its seven parts are there, and how many results were written down for it."""

    level: int
    planned: bool
    results: int


class ClaimStanding(msgspec.Struct, frozen=True):
    """What may be said of the results of the service, why no more, of which indicators, and all of it in words."""

    said: Said
    reason: Reason
    indicators: list[str]
    text: str


class Comparison(msgspec.Struct, frozen=True, rename="camel"):
    """How a result moved with those who were trained and with those who were not; `difference` is trained less not."""

    result_id: str
    indicator: str
    level: int
    aim: str
    trained: float
    untrained: float
    difference: float
    ahead: bool


class ChecksStanding(msgspec.Struct, frozen=True):
    """Which checks of monitoring and evaluation are met and which are missing (words of `mel-check`), and how many."""

    met: list[str]
    missing: list[str]
    total: int


class EvaluationStanding(msgspec.Struct, frozen=True, rename="camel"):
    """Where an evaluation plan stands; `checks` is null for a plan that names no programme."""

    plan_id: str
    name: str
    whole: bool
    levels: list[LevelStanding]
    follow_ups: list[FollowUp]
    comparisons: list[Comparison]
    claim: ClaimStanding
    checks: ChecksStanding | None


def standing(found: Standing, checks: Checks | None, text: str) -> EvaluationStanding:
    """Return where a plan stands, as it is sent; `text` says in words what may be claimed."""
    content, claim = found.plan.content, found.claim
    counts = Counter(one.content["level"] for one in found.results)
    return EvaluationStanding(
        found.plan.id, content["name"], is_complete(content),
        [LevelStanding(level, planned(content, level), counts[level]) for level in ORDER],
        [follow_up(found.plan, one) for one in found.follow_ups],
        [_comparison(one, beside) for one in found.results if (beside := compared(one.content))],
        ClaimStanding(claim.said, claim.reason, list(claim.indicators), text),
        ChecksStanding(sorted(checks.met), sorted(checks.missing), len(checks.lines)) if checks else None,
    )  # fmt: skip


def _comparison(one: Record, beside: Compared) -> Comparison:
    content = one.content
    return Comparison(
        one.id, content["indicator"], content["level"], content["aim"], beside.trained, beside.untrained,
        beside.difference, beside.ahead,
    )  # fmt: skip


def follow_up(plan: Record, one: model.FollowUp) -> FollowUp:
    """Return a follow-up as it is sent."""
    return FollowUp(
        plan.id, plan.content["name"], one.run.session_id, one.run.ended.isoformat(), one.window.level,
        one.window.seen_by, one.opens.isoformat(), one.closes.isoformat(), one.state,
    )  # fmt: skip


def lines(found: Iterable[tuple[Record, model.FollowUp]]) -> list[Line]:
    """Return follow-ups as lines of a file."""
    return [
        (
            one.plan_id,
            one.name,
            one.session_id,
            one.ended,
            one.level,
            one.seen_by,
            one.opens,
            one.closes,
            str(one.state),
        )
        for one in (follow_up(plan, each) for plan, each in found)
    ]
