"""Wire shapes of records and figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.analytics.model import Cell, Figures, Team, groups, indicators
from govstack.pillars.learn.learning.analytics.service import Record
from govstack.pillars.learn.learning.consents.model import Terms
from govstack.pillars.learn.learning.indicators.model import Group, Indicator


class RecordQuery(msgspec.Struct, frozen=True):
    """Which part of one's record."""

    before: Annotated[str, Meta(pattern=r"^[0-9]{0,18}$")] = ""

    @property
    def place(self) -> int | None:
        """Return the place in the list to go on from."""
        return int(self.before) if self.before else None


class FileQuery(msgspec.Struct, frozen=True):
    """As which kind of file."""

    format: Literal["json", "csv", "xlsx"] = "json"


class IndicatorList(msgspec.Struct, frozen=True, rename="camel"):
    """Indicators at a moment, and what they come to for groups; those of fewer than `smallest` people are hidden."""

    taken_at: str
    smallest: int
    indicators: list[Indicator]
    groups: list[Group]

    @classmethod
    def of(cls, found: Figures) -> IndicatorList:
        """Return the indicators of figures."""
        return cls(found.taken_at, found.smallest, indicators(found), groups(found))


class Done(msgspec.Struct, frozen=True, rename="camel"):
    """What one did in an activity."""

    activity: str
    statements: int
    completed: bool


class AgreementShown(msgspec.Struct, frozen=True, rename="camel"):
    """The agreement that a consent block keeps one's answer to; `revision` is the version that one says yes to."""

    id: str
    revision: str
    purpose: str
    controller: str
    policy: str
    kept_days: int | None

    @classmethod
    def of(cls, terms: Terms) -> AgreementShown:
        """Return an agreement as it is shown."""
        said = terms.agreement
        return cls(
            said.id, terms.revision.id, said.purpose, said.controller.name if said.controller else "",
            said.policy.url if said.policy else "", said.days_kept,
        )  # fmt: skip


class RecordShown(msgspec.Struct, frozen=True, rename="camel"):
    """One's own record; `before` goes on after these statements ("" at the end).

    `sharing_kept` says where it is kept whether one's manager sees how far one is: here, at the consent block, or
    unknown where that did not answer or has no such agreement.
    """

    statements: list[dict[str, Any]]
    before: str
    activities: list[Done]
    shared: bool
    kept_days: int
    sharing_kept: Literal["here", "consent", "unknown"] = "here"
    agreement: AgreementShown | None = None

    @classmethod
    def of(cls, record: Record) -> RecordShown:
        """Return a record as it is shown."""
        done = [Done(one.activity, one.statements, one.completed_position is not None) for one in record.tallies]
        kept: Literal["here", "consent", "unknown"] = "here"
        if record.asked is not None:
            kept = "unknown" if record.asked.terms is None else "consent"
        agreement = AgreementShown.of(record.asked.terms) if record.asked and record.asked.terms else None
        return cls(record.statements, str(record.more or ""), done, record.shared, record.days, kept, agreement)


class Sharing(msgspec.Struct, frozen=True):
    """Whether one's manager sees how far one is; `revision` is the version of the agreement that was read, if any."""

    shared: bool
    revision: Annotated[str, Meta(max_length=200)] = ""


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """How far somebody is who lets their manager see it."""

    learner_id: str
    name: str
    started: int
    completed: int


class TeamShown(msgspec.Struct, frozen=True):
    """What a manager sees; no figures where they would tell of too few people.

    `sharing_known` is false where the consent block could not be asked who shares: then nobody is shown.
    """

    people: int
    figures: Cell | None
    sharing: list[Member]
    sharing_known: bool = msgspec.field(name="sharingKnown", default=True)

    @classmethod
    def of(cls, team: Team) -> TeamShown:
        """Return a team as it is shown."""
        shown = [Member(one.learner_id, one.name, one.started, one.completed) for one in team.sharing]
        return cls(team.people, team.figures, shown, team.known)
