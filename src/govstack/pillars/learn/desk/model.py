"""Figures by type of training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from govstack.pillars.learn.offerings.model import Offering, Session


@dataclass(slots=True)
class Figures:
    """What became of one type: sessions, seats, who took them, what was spent, who completed, what that raised."""

    type_id: str
    sessions: int = 0
    seats: int = 0
    taken: int = 0
    completions: int = 0
    raised: int = 0
    closed: int = 0
    spend: dict[str, Decimal] = field(default_factory=dict)

    @property
    def closure_percent(self) -> int | None:
        """Return which share of the gaps that completed courses aim at is closed; None where nothing was aimed at."""
        return self.closed * 100 // self.raised if self.raised else None


def by_type(
    types: Iterable[str],
    sessions: Iterable[tuple[Session, Offering]],
    completed: Mapping[str, int],
    closed: Mapping[str, tuple[int, int]],
) -> list[Figures]:
    """Return figures for each type; a course of two types counts under both.

    `completed` counts people by session; `closed` holds by offering how many gaps its completions aimed at and closed.
    """
    found = {one: Figures(one) for one in types}
    seen: set[tuple[str, str]] = set()
    for session, offering in sessions:
        if session.cancelled:
            continue
        for type_id in dict.fromkeys(offering.types):
            one = found.get(type_id)
            if one is None:
                continue
            one.sessions += 1
            one.seats += session.seats
            one.taken += session.taken
            one.completions += completed.get(session.id, 0)
            one.spend[session.currency] = one.spend.get(session.currency, Decimal(0)) + session.cost
            if (type_id, offering.id) not in seen:
                seen.add((type_id, offering.id))
                aimed, reached = closed.get(offering.id, (0, 0))
                one.raised, one.closed = one.raised + aimed, one.closed + reached
    return list(found.values())
