"""A contribution: a task that a member took on, with role, effort and due date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOURS_MAX = 2_000
ROLE_CHARACTERS_MAX = 200
NOTE_CHARACTERS_MAX = 2_000
CONTRIBUTIONS_MAX = 500
DUE_DAYS_MAX = 1_100


class ContributionState(StrEnum):
    """Where a contribution stands."""

    OPEN = "open"
    DONE = "done"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


# What may follow: the member says that it is done or withdraws it, a facilitator confirms it or gives it back.
BY_MEMBER = {
    (ContributionState.OPEN, ContributionState.DONE),
    (ContributionState.OPEN, ContributionState.WITHDRAWN),
    (ContributionState.DONE, ContributionState.WITHDRAWN),
}
BY_LEADER = {
    (ContributionState.DONE, ContributionState.CONFIRMED),
    (ContributionState.DONE, ContributionState.OPEN),
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a member does for a community; `opportunity` is worded as it was when they took it on."""

    id: str
    community_id: str
    person_id: str
    opportunity: str
    role: str
    effort_hours: int
    due_on: str
    state: ContributionState
    note: str
    created_at: str
    changed_at: str
