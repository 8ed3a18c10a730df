"""Days and times as people type them: on the clocks of their country (ADR 0020)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from govstack.kernel import clock


def shown(moment: datetime) -> datetime:
    """Return an aware moment as the clocks of the country show it, without a zone."""
    return moment.astimezone(ZoneInfo(clock.zone())).replace(tzinfo=None)


def meant(wall: datetime) -> datetime | None:
    """Return the moment at which the clocks of the country show a naive day and time; None where they skip it.

    Where they show it twice it is the first time.
    """
    try:
        moment = wall.replace(tzinfo=ZoneInfo(clock.zone())).astimezone(UTC)
    except OverflowError:
        return None
    return moment if shown(moment) == wall else None
