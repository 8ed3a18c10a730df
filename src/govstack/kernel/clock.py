"""The one clock of the product: aware UTC moments, their fixed-width text, and the days of the country.

Moments are kept and exchanged in UTC. People read, enter and count days in the time zone of the country, which the
process is told once when it starts (ADR 0020).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# How far clocks of several machines may be apart.
SKEW = timedelta(seconds=30)
_fixed: ContextVar[datetime | None] = ContextVar("fixed_moment", default=None)
_zones = [ZoneInfo("UTC")]


def now() -> datetime:
    """The present moment, aware and in UTC."""
    moment = _fixed.get()
    return moment if moment is not None else datetime.now(UTC)  # noqa: TID251 - this is the one place that may


def timestamp(moment: datetime | None = None) -> str:
    """A moment (now, when left out) as text of fixed width that sorts by time: `2026-11-21T21:30:00.123456Z`.

    Raises ValueError for a naive moment: without its zone it names no point in time.
    """
    moment = moment or now()
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("A timestamp needs an aware moment; give it a time zone.")
        moment = moment.astimezone(UTC)
    # Every stored moment passes here; isoformat is a third of the cost of strftime and pads years to four digits.
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def parse(text: str) -> datetime:
    """An ISO 8601 moment with its zone, as an aware UTC datetime; raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone, such as the final Z in 2026-11-21T21:30:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("A moment lies within the years 1 to 9999 of universal time.") from error


def live_in(zone: str) -> None:
    """Take a time zone of the IANA database, such as Africa/Nairobi, for that of the country from now on."""
    _zones[0] = ZoneInfo(zone)


def zone() -> str:
    """The name of the time zone of the country."""
    return _zones[0].key


def today() -> date:
    """The present day in the country."""
    return day(now())


def day(moment: datetime | str) -> date:
    """The day in the country on which a moment lies, given aware or as text; raises ValueError for other text."""
    return (parse(moment) if isinstance(moment, str) else moment).astimezone(_zones[0]).date()


def latest_end(life: timedelta) -> str:
    """The latest moment until which something can hold now that lasts so long; what ends later was begun by a clock
    that was ahead, and must not be believed until that moment comes."""
    return timestamp(now() + life + SKEW)


def monotonic() -> float:
    """Seconds on a clock that never steps back; for measuring durations, never for dates."""
    return time.monotonic()


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Hold the clock still at an aware moment, for tests; tasks started inside inherit it."""
    if moment.tzinfo is None:
        raise ValueError("The clock can only be fixed at an aware moment; give it a time zone.")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
