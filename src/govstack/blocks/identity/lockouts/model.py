"""When tries are too many, and how long the pause is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from govstack.kernel import clock

TRIES_MAX = 5
WINDOW = timedelta(minutes=15)
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
LOCKS_COUNTED_MAX = 10
FORGOTTEN = timedelta(days=1)


class Family(StrEnum):
    """Factors that are counted together: what is known, and codes that are typed."""

    KNOWN = "known"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Tries:
    """How a person's tries of a family stand."""

    tries: int
    counted_from: str
    locks: int
    locked_until: str


def counted(before: Tries | None, now: datetime) -> tuple[Tries, bool]:
    """Count one more try; tells how it stands, and whether the try may be made."""
    moment = clock.timestamp(now)
    if before is None or before.counted_from < clock.timestamp(now - FORGOTTEN):
        return Tries(1, moment, 0, ""), True
    if moment < before.locked_until <= clock.timestamp(now + LONGEST_LOCK + clock.SKEW):
        return before, False
    if before.locked_until or before.counted_from < clock.timestamp(now - WINDOW):
        return Tries(1, moment, before.locks, ""), True
    if before.tries < TRIES_MAX:
        return Tries(before.tries + 1, before.counted_from, before.locks, ""), True
    locks = min(before.locks + 1, LOCKS_COUNTED_MAX)
    pause = min(FIRST_LOCK * 2 ** (locks - 1), LONGEST_LOCK)
    return Tries(before.tries, moment, locks, clock.timestamp(now + pause)), False
