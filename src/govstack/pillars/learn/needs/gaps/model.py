"""A gap, a roll-up of many, and what may be shown of small groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

# Skills held by fewer people than this hang on one person, or on nobody.
HOLDERS_MIN = 2


class Division(StrEnum):
    """By what a roll-up is divided."""

    WHOLE = "whole"
    ORGANISATION = "organisation"
    TEAM = "team"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Gap:
    """What a person's post requires and what they can do, on one scale. `existing` is None for unrated, never 0.

    `titles` names the competency by language; `rater_type`, `rated_on` and `stale` tell where the level comes from.
    """

    competency_id: str
    titles: Mapping[str, str]
    scale_id: str
    desired: int
    existing: int | None
    criticality: int
    role_id: str
    rater_type: str = ""
    rated_on: str = ""
    stale: bool = False

    @property
    def size(self) -> int | None:
        """Return how many levels are missing, 0 at least (the floor is ours); None while nobody rated it."""
        return None if self.existing is None else max(0, self.desired - self.existing)

    @property
    def met(self) -> bool:
        """Tell whether the person is at the level required, or above."""
        return self.size == 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose gaps: everybody's, or those of some organisations, of a manager's team, of profiles of a category."""

    organisations: frozenset[str] | None = None
    manager_id: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people of a part stand so: required at a level, at another one (None: unrated)."""

    part: str
    competency_id: str
    scale_id: str
    desired: int
    criticality: int
    existing: int | None
    people: int


@dataclass(frozen=True, slots=True)
class Held:
    """How many people of a part are at a level of a competency, whether their post asks for it or not."""

    part: str
    competency_id: str
    scale_id: str
    level: int
    people: int


@dataclass(frozen=True, slots=True)
class Share:
    """One product of a priority: so many people miss so many levels of something so critical."""

    gap: int
    criticality: int
    people: int

    @property
    def product(self) -> int:
        """Return gap x criticality x people."""
        return self.gap * self.criticality * self.people


@dataclass(frozen=True, slots=True)
class RollUp:
    """A competency in a part of the country: how people are distributed, who is there already, and what comes first.

    `levels` counts people whose post requires it, by the level they are at; `holders` everybody at the lowest level
    required; `wanted` is the highest level that somebody is known to be below, 0 where nobody is. All numbers are None
    where the group is too small to be shown.
    """

    part: str
    competency_id: str
    scale_id: str
    required: int | None
    unrated: int | None
    met: int | None
    levels: Mapping[int, int] = field(default_factory=dict)
    holders: int | None = None
    shares: tuple[Share, ...] = ()
    wanted: int = 0

    @property
    def shown(self) -> bool:
        """Tell whether the group is large enough for its numbers to be shown."""
        return self.required is not None

    @property
    def coverage(self) -> float:
        """Return the share of people at the level required or above, of all whose post requires it."""
        return (self.met or 0) / self.required if self.required else 0.0

    @property
    def lacking(self) -> int:
        """Return how many people are known to be below the level required."""
        return sum(one.people for one in self.shares)

    @property
    def fragile(self) -> bool:
        """Tell whether fewer than two people hold the skill."""
        return self.holders is not None and self.holders < HOLDERS_MIN

    @property
    def priority(self) -> int:
        """Return the sum of the products; the order is ours, every factor is in `shares`."""
        return sum(one.product for one in self.shares)


def rolled_up(counts: Iterable[Count], held: Iterable[Held], places: Mapping[str, str]) -> list[RollUp]:
    """Return roll-ups by part, highest priority first; `places` says which part each counted one belongs to.

    Counts of different scales stand apart: nothing is added or subtracted across scales.
    """
    groups: dict[tuple[str, str, str], list[Count]] = {}
    for one in counts:
        groups.setdefault((places.get(one.part, one.part), one.competency_id, one.scale_id), []).append(one)
    holding: dict[tuple[str, str, str], list[Held]] = {}
    for at in held:
        holding.setdefault((places.get(at.part, at.part), at.competency_id, at.scale_id), []).append(at)
    found = [_one(key, group, holding.get(key, [])) for key, group in groups.items()]
    return sorted(
        found, key=lambda one: (-one.priority, -one.lacking, -(one.unrated or 0), one.competency_id, one.part)
    )


def _one(of: tuple[str, str, str], group: Sequence[Count], held: Sequence[Held]) -> RollUp:
    levels: dict[int, int] = {}
    shares: dict[tuple[int, int], int] = {}
    met = unrated = wanted = 0
    for one in group:
        if one.existing is None:
            unrated += one.people
            continue
        levels[one.existing] = levels.get(one.existing, 0) + one.people
        missing = max(0, one.desired - one.existing)
        if missing:
            wanted = max(wanted, one.desired)
            shares[missing, one.criticality] = shares.get((missing, one.criticality), 0) + one.people
        else:
            met += one.people
    lowest = min(one.desired for one in group)
    return RollUp(
        part=of[0], competency_id=of[1], scale_id=of[2], required=sum(one.people for one in group), unrated=unrated,
        met=met, levels=dict(sorted(levels.items())), holders=sum(one.people for one in held if one.level >= lowest),
        shares=tuple(Share(*key, people) for key, people in sorted(shares.items(), reverse=True)),
        wanted=wanted,
    )  # fmt: skip


def suppressed(rollups: Sequence[RollUp], least: int) -> list[RollUp]:
    """Return roll-ups without the numbers of groups smaller than `least` people.

    When one group alone of a competency is hidden, the next smallest is hidden too: it could be worked out otherwise.
    """
    hidden: set[int] = set()
    by_competency: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(rollups):
        by_competency.setdefault((one.competency_id, one.scale_id), []).append(place)
    for members in by_competency.values():
        small = [place for place in members if (rollups[place].required or 0) < least]
        rest = sorted(
            (place for place in members if place not in small), key=lambda place: rollups[place].required or 0
        )
        hidden.update(small)
        if small and rest and sum(rollups[place].required or 0 for place in small) < least:
            hidden.add(rest[0])
    told = [_without_numbers(one) if place in hidden else one for place, one in enumerate(rollups)]
    return sorted(told, key=lambda one: (not one.shown, -one.priority, one.competency_id, one.part))


def _without_numbers(one: RollUp) -> RollUp:
    return replace(one, required=None, unrated=None, met=None, levels={}, holders=None, shares=(), wanted=0)
