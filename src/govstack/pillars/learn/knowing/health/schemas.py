"""Wire shape of a community's health."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.knowing.health.model import Panel, Who
from govstack.pillars.learn.splits.model import Split


class EventAttendance(msgspec.Struct, frozen=True):
    """How many came to an event."""

    day: str
    came: int


class CommunityHealth(msgspec.Struct, frozen=True, rename="camel"):
    """Figures of the last 90 days beside the 90 before, and what fell by the share that a country set.

    `groups` tells members, active members and those who came to events of the last period apart; few are null.
    """

    active: int
    active_before: int
    contributors: int
    contributors_before: int
    asked: int
    answered: int
    answered_percent: int | None
    hours_to_answer: float | None
    resolved: int
    hours_to_resolve: float | None
    reused: int
    attendance: list[EventAttendance]
    warnings: list[str]
    groups: dict[Who, list[Split]]


def shown(panel: Panel, drop_percent: int) -> CommunityHealth:
    """Return a panel as its answer."""
    return CommunityHealth(
        active=panel.active, active_before=panel.active_before, contributors=panel.contributors,
        contributors_before=panel.contributors_before, asked=panel.asked, answered=panel.answered,
        answered_percent=panel.answered_percent, hours_to_answer=panel.hours_to_answer, resolved=panel.resolved,
        hours_to_resolve=panel.hours_to_resolve, reused=panel.reused,
        attendance=[EventAttendance(day, came) for day, came in panel.attendance],
        warnings=list(panel.warnings(drop_percent)),
        groups={who: [told[who] for told in panel.groups.values() if who in told] for who in Who},
    )  # fmt: skip
