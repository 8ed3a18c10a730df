"""Wire shapes of records and figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.analytics.model import Cell, Figures, Team, indicators
from govstack.pillars.learn.learning.analytics.service import Record
from govstack.pillars.learn.learning.indicators.model import Indicator


class RecordQuery(msgspec.Struct, frozen=True):
    """Which part of one's record."""

    before: Annotated[str, Meta(pattern=r"^[0-9]{0,19}$")] = ""

    @property
    def place(self) -> int | None:
        """Return the place in the list to go on from."""
        return int(self.before) if self.before else None


class FileQuery(msgspec.Struct, frozen=True):
    """As which kind of file."""

    format: Literal["json", "csv", "xlsx"] = "json"


class IndicatorList(msgspec.Struct, frozen=True, rename="camel"):
    """Indicators as they stood at a moment; those of fewer people than `smallest` are hidden."""

    taken_at: str
    smallest: int
    indicators: list[Indicator]

    @classmethod
    def of(cls, found: Figures) -> IndicatorList:
        """Return the indicators of figures."""
        return cls(found.taken_at, found.smallest, indicators(found))


class Done(msgspec.Struct, frozen=True, rename="camel"):
    """What one did in an activity."""

    activity: str
    statements: int
    completed: bool


class RecordShown(msgspec.Struct, frozen=True, rename="camel"):
    """One's own record; `before` goes on after these statements ("" at the end)."""

    statements: list[dict[str, Any]]
    before: str
    activities: list[Done]
    shared: bool
    kept_days: int

    @classmethod
    def of(cls, record: Record) -> RecordShown:
        """Return a record as it is shown."""
        done = [Done(one.activity, one.statements, one.completed_position is not None) for one in record.tallies]
        return cls(record.statements, str(record.more or ""), done, record.shared, record.days)


class Sharing(msgspec.Struct, frozen=True):
    """Whether one's manager sees how far one is."""

    shared: bool


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """How far somebody is who lets their manager see it."""

    learner_id: str
    name: str
    started: int
    completed: int


class TeamShown(msgspec.Struct, frozen=True):
    """What a manager sees; no figures where they would tell of too few people."""

    people: int
    figures: Cell | None
    sharing: list[Member]

    @classmethod
    def of(cls, team: Team) -> TeamShown:
        """Return a team as it is shown."""
        shown = [Member(one.learner_id, one.name, one.started, one.completed) for one in team.sharing]
        return cls(team.people, team.figures, shown)
