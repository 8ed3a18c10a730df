"""The shapes of schedules."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.intake.model import Kind, Submission
from govstack.blocks.messaging.intake.schemas import Email, InApp, Sms
from govstack.blocks.messaging.schedules.errors import ScheduleInvalid
from govstack.blocks.messaging.schedules.model import SHOWN_MAX, TIMES_MAX, Every, Outcome, Plan, Schedule, State, Turn


class Times(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """When: a day and time of day in a time zone, and how often; a repetition ends on a day or after so many times."""

    at: str
    zone: str
    every: Every = Every.ONCE
    until: str = ""
    times: int = TIMES_MAX

    @property
    def plan(self) -> Plan:
        """Return when it is sent."""
        return Plan(self.every, self.at, self.zone, self.until, self.times)


class ScheduleRequest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """When a message is sent, single or a batch: a mail, a text or one that people read here, as sending takes it."""

    schedule: Times
    message: Email | None = None
    sms: Sms | None = None
    in_app: InApp | None = None

    @property
    def submission(self) -> Submission:
        """Return what is sent; raises ScheduleInvalid unless there is one message."""
        given = [one for one in (self.message, self.sms, self.in_app) if one is not None]
        if len(given) != 1:
            raise ScheduleInvalid(fields={"message": "or sms or inApp must be given, and one of them alone"})
        return given[0].submission(Kind.SINGLE)


class ScheduleShape(msgspec.Struct, frozen=True, rename="camel"):
    """A schedule, without what it says and to whom; moments are in UTC, `nextAt` is null when nothing more is sent."""

    schedule_uid: str
    state: State
    schedule: Times
    messages: int
    next_at: str | None
    created_at: str


class TurnShape(msgspec.Struct, frozen=True, rename="camel"):
    """What became of a moment: `requestUid` is there when something was sent, and is followed as any request."""

    due_at: str
    outcome: Outcome
    request_uid: str | None


class ScheduleDetails(msgspec.Struct, frozen=True):
    """A schedule and its latest moments."""

    schedule: ScheduleShape
    turns: list[TurnShape]


class ScheduleList(msgspec.Struct, frozen=True):
    """Schedules, newest first; `next` is what to send as `before` for those that follow, or 0."""

    schedules: list[ScheduleShape]
    next: int = 0


class SchedulesQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


def shape(found: Schedule) -> ScheduleShape:
    """Return a schedule as it is shown."""
    when = Times(found.first_at, found.zone, found.every, found.last_day, found.times)
    return ScheduleShape(found.id, found.state, when, found.messages, found.next_at or None, found.created_at)


def details(found: Schedule, turns: list[Turn]) -> ScheduleDetails:
    """Return a schedule and its latest moments as they are shown."""
    return ScheduleDetails(
        shape(found), [TurnShape(turn.due_at, turn.outcome, turn.request_id or None) for turn in turns]
    )


def listed(found: list[Schedule]) -> ScheduleList:
    """Return a page of schedules."""
    return ScheduleList([shape(one) for one in found], found[-1].number if len(found) == SHOWN_MAX else 0)
