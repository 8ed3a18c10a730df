"""What of an event those who come are told, as pure decisions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from govstack.pillars.learn.knowing.gatherings.model import CANCELLED, PLANNED, begins
from govstack.pillars.learn.records.model import Record

WHERE_AND_WHEN = ("day", "time", "zone", "minutes", "place", "link")


class News(StrEnum):
    """What happened to an event: it is off, it is on again, or it is at another time or place."""

    OFF = "off"
    ON = "on"
    MOVED = "moved"


def is_off(record: Record) -> bool:
    """Tell whether an event was cancelled or taken out of use."""
    return record.archived or record.content.get("state", PLANNED) == CANCELLED


def news(before: Record, now: Record, moment: datetime) -> News | None:
    """Return what those who come to an event have to know of its change, None for nothing.

    What has begun and stays so is no news to anybody.
    """
    if is_off(now):
        return News.OFF if not is_off(before) and begins(before.content) > moment else None
    if now.content.get("state", PLANNED) != PLANNED or begins(now.content) <= moment >= begins(before.content):
        return None
    if is_off(before):
        return News.ON
    moved = any(before.content.get(name) != now.content.get(name) for name in WHERE_AND_WHEN)
    return News.MOVED if moved else None
