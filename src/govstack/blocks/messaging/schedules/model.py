"""When a request is sent later or again: by the clock on the wall of its time zone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# A turn that a stopped process missed is sent when it is back, unless it is this late: yesterday's reminder misleads.
LATE_MAX = timedelta(hours=24)
AHEAD_MAX = timedelta(days=3 * 366)
TIMES_MAX = 1_000
SCHEDULES_MAX = 1_000
SHOWN_MAX = 50
TURNS_SHOWN_MAX = 100
YEARS = (1970, 2999)
WALL_CLOCK = "%Y-%m-%dT%H:%M"


class Every(StrEnum):
    """How often a request is sent."""

    ONCE = "once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class State(StrEnum):
    """How a schedule stands."""

    ACTIVE = "active"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one turn of a schedule."""

    SENT = "sent"
    MISSED = "missed"  # nobody was there to send it until it was too late, or a later turn had come
    REFUSED = "refused"  # what it holds can no longer be sent as it is


@dataclass(frozen=True, slots=True)
class Plan:
    """When a request is sent: first at a time of day in a zone, then as often as `times` says, or until a day."""

    every: Every
    first_at: str
    zone: str
    last_day: str = ""
    times: int = TIMES_MAX

    def moment(self, turn: int) -> datetime | None:
        """Return when a turn is due, counted from 0; none after the last.

        A time of day that a change of the clocks leaves out comes as much later as the clocks were put forward; one
        that comes twice counts when it comes first.
        """
        first = datetime.strptime(self.first_at, WALL_CLOCK)  # noqa: DTZ007 - a clock on a wall has no zone
        if turn >= self.times or (self.every is Every.ONCE and turn):
            return None
        if self.every is Every.MONTH:
            wall = _months_later(first, turn)
        else:
            wall = first + timedelta(days=turn * {Every.WEEK: 7}.get(self.every, 1))
        if self.last_day and wall.date() > date.fromisoformat(self.last_day):
            return None
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def due(self, turn: int, now: datetime) -> list[tuple[int, datetime]]:
        """Return the turns whose moment has come, from a turn on."""
        return list(self._until(turn, now))

    def _until(self, turn: int, now: datetime) -> Iterator[tuple[int, datetime]]:
        while (moment := self.moment(turn)) is not None and moment <= now:
            yield turn, moment
            turn += 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """A request that is sent later, without what it says and to whom."""

    number: int
    id: str
    sender_id: str
    every: Every
    first_at: str
    zone: str
    last_day: str
    times: int
    messages: int
    state: State
    turn: int
    next_at: str
    created_at: str

    @property
    def plan(self) -> Plan:
        """Return when it is sent."""
        return Plan(self.every, self.first_at, self.zone, self.last_day, self.times)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a schedule, and the request that came of it."""

    turn: int
    due_at: str
    outcome: Outcome
    request_id: str
    at: str


def faults(plan: Plan, now: datetime) -> dict[str, str]:
    """Return what is wrong with a plan, by field."""
    found: dict[str, str] = {}
    if plan.zone not in _zones():
        found["zone"] = "must be the name of a time zone, such as Africa/Kigali"
    try:
        fits = YEARS[0] <= datetime.strptime(plan.first_at, WALL_CLOCK).year <= YEARS[1]  # noqa: DTZ007 - see above
    except ValueError:
        fits = False
    if not fits:
        found["at"] = "must be a day and a time of day, such as 2026-11-23T09:00"
    try:
        date.fromisoformat(plan.last_day or "2000-01-01")
    except ValueError:
        found["until"] = "must be a day, such as 2026-12-24"
    if not 0 < plan.times <= TIMES_MAX:
        found["times"] = f"must be from 1 to {TIMES_MAX}"
    return found or _faults_in_time(plan, now)


def _faults_in_time(plan: Plan, now: datetime) -> dict[str, str]:
    first = plan.moment(0)
    if first is None:
        return {"until": "is before the first time"}
    if first <= now:
        return {"at": "is over already"}
    if first > now + AHEAD_MAX:
        return {"at": "is too far ahead"}
    if plan.every is not Every.ONCE and not plan.last_day and plan.times == TIMES_MAX:
        return {"until": "or times must say when it ends"}
    return {}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _months_later(first: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last one of a month that is too short for it."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first.replace(year=year, month=month + 1, day=min(first.day, monthrange(year, month + 1)[1]))
