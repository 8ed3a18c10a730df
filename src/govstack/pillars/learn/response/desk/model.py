"""Figures by type of training, and the checklist of a session."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from govstack.kernel import crypto
from govstack.pillars.learn.response.offerings.model import Item, Offering, Session
from govstack.pillars.learn.splits.model import Split


@dataclass(frozen=True, slots=True)
class Held:
    """Sessions of a span of time, their offerings by id, and who completed what: person, offering and session."""

    sessions: Sequence[Session]
    offerings: Mapping[str, Offering]
    done: Sequence[tuple[str, str, str]]

    @property
    def people(self) -> set[str]:
        """Return who completed anything."""
        return {person_id for person_id, _offering_id, _session_id in self.done}

    @property
    def completed(self) -> dict[str, list[str]]:
        """Return who completed each session, by its id."""
        found: dict[str, list[str]] = {}
        for person_id, _offering_id, session_id in self.done:
            found.setdefault(session_id, []).append(person_id)
        return found

    def paid(self) -> list[Session]:
        """Return the sessions that were held and whose costs are known."""
        return [one for one in self.sessions if not one.cancelled and one.cost > 0]


@dataclass(slots=True)
class Aims:
    """How many gaps the completions of an offering aimed at, and how many of those are closed, by person."""

    of: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def aimed(self) -> int:
        """Return how many gaps were aimed at."""
        return sum(aimed for aimed, _closed in self.of.values())

    @property
    def closed(self) -> int:
        """Return how many of them are closed."""
        return sum(closed for _aimed, closed in self.of.values())


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


@dataclass(frozen=True, slots=True)
class Groups:
    """People of one type of training told apart in one dimension: who took seats, and who completed."""

    type_id: str
    taken: Split
    completed: Split


def by_type(
    types: Iterable[str],
    sessions: Iterable[tuple[Session, Offering]],
    completed: Mapping[str, int],
    aims: Mapping[str, Aims],
) -> list[Figures]:
    """Return figures for each type; a course of two types counts under both.

    `completed` counts people by session; `aims` holds by offering what its completions aimed at.
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
                of = aims.get(offering.id, Aims())
                one.raised, one.closed = one.raised + of.aimed, one.closed + of.closed
    return list(found.values())


def line_mark(item: Item, place: int) -> str:
    """Return what tells a line of a checklist from the others, and from what stood in its place before."""
    return f"{place}-{crypto.digest(msgspec.json.encode(item))[:12]}"


def marked_lines(logistics: Sequence[Item], chosen: Container[str], act: str) -> tuple[Item, ...]:
    """Return a checklist whose chosen lines are done, open again, or gone."""
    found: list[Item] = []
    for place, item in enumerate(logistics):
        if line_mark(item, place) not in chosen:
            found.append(item)
        elif act != "remove":
            found.append(msgspec.structs.replace(item, done=act == "done"))
    return tuple(found)
