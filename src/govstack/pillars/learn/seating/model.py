"""Seats and quotas of a session or an event, and the pure decisions about who gets one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Protocol, TypeVar

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Gender, Id, Tree

SEATS_MAX = 1_000_000
QUOTAS_MAX = 200


class QuotaKind(StrEnum):
    """Whom a quota is for."""

    MINISTRY = "ministry"
    GENDER = "gender"


class Quota(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Seats for a ministry or a gender: at least so many are kept for them, at most so many are given to them."""

    kind: QuotaKind
    id: Id
    least: Annotated[int, Meta(ge=0, le=SEATS_MAX)] = 0
    most: Annotated[int, Meta(ge=0, le=SEATS_MAX)] | None = None


class Seats(Protocol):
    """What has seats, and quotas for them."""

    @property
    def seats(self) -> int:
        """Return how many seats there are."""

    @property
    def quotas(self) -> Sequence[Quota]:
        """Return for whom seats are kept, and to whom how many are given."""


class Waits(Protocol):
    """Somebody who waits for a seat."""

    @property
    def ministry_id(self) -> str:
        """Return the ministry that they belong to, "" for none."""

    @property
    def gender(self) -> str:
        """Return what they said of themselves."""


One = TypeVar("One", bound=Waits)


def fault_of(seats: Seats) -> str:
    """Return what is wrong with the quotas, "" for nothing."""
    # Nobody is of two genders or ministries, so that the seats kept for each of a kind are others.
    least = max(sum(quota.least for quota in seats.quotas if quota.kind is kind) for kind in QuotaKind)
    keys = [(quota.kind, quota.id) for quota in seats.quotas]
    if least > seats.seats:
        return "keep more seats than there are"
    limits = [(one.least, one.most) for one in seats.quotas if one.most is not None]
    crossed = len(set(keys)) < len(keys) or any(most < max(least, 1) for least, most in limits)
    return "contradict each other" if crossed else ""


def of_nobody(quotas: Sequence[Quota], tree: Tree) -> bool:
    """Tell whether a quota is for whom there is not: an unknown gender, or what is no topmost organisation."""
    known = {QuotaKind.GENDER: {*Gender}, QuotaKind.MINISTRY: {one for one in tree.by_id if tree.top(one) == one}}
    return any(quota.id not in known[quota.kind] for quota in quotas)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many have a seat, together, by ministry and by gender."""

    total: int = 0
    ministries: Mapping[str, int] = field(default_factory=dict)
    genders: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: QuotaKind, quota_id: str) -> int:
        """Return how many of a ministry or gender have a seat."""
        return (self.ministries if kind is QuotaKind.MINISTRY else self.genders).get(quota_id, 0)

    def more(self, ministry_id: str, gender: str) -> Taken:
        """Return the counts with one more."""
        return Taken(
            self.total + 1,
            {**self.ministries, ministry_id: self.ministries.get(ministry_id, 0) + 1},
            {**self.genders, gender: self.genders.get(gender, 0) + 1},
        )


def held_back(seats: Seats, taken: Taken) -> int:
    """Return how many of the seats that are left are kept for ministries and genders that have too few yet."""
    kept = {QuotaKind.MINISTRY: 0, QuotaKind.GENDER: 0}
    for quota in seats.quotas:
        kept[quota.kind] += max(0, quota.least - taken.of(quota.kind, quota.id))
    return max(kept.values())


def has_seat_for(seats: Seats, taken: Taken, *, ministry_id: str, gender: str) -> bool:
    """Tell whether there is a seat for somebody, under the quotas.

    Nobody takes a seat that is kept for another ministry or gender as long as those have fewer than that.
    """
    mine = {QuotaKind.MINISTRY: ministry_id, QuotaKind.GENDER: gender}
    kept = {QuotaKind.MINISTRY: 0, QuotaKind.GENDER: 0}
    for quota in seats.quotas:
        have = taken.of(quota.kind, quota.id)
        if mine[quota.kind] == quota.id:
            if quota.most is not None and have >= quota.most:
                return False
        else:
            kept[quota.kind] += max(0, quota.least - have)
    # One person can fill a seat kept for a ministry and one kept for a gender: the larger sum is what must stay free.
    return taken.total + 1 + max(kept.values()) <= seats.seats


def promoted(seats: Seats, taken: Taken, waiting: Sequence[One]) -> list[One]:
    """Return who moves up from the waiting list, in its order; whoever has no seat under a quota is passed over."""
    found: list[One] = []
    for one in waiting:
        if taken.total >= seats.seats:
            break
        if has_seat_for(seats, taken, ministry_id=one.ministry_id, gender=one.gender):
            taken = taken.more(one.ministry_id, one.gender)
            found.append(one)
    return found
