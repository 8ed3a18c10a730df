"""Communities of the demo country as their file tells how they lived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from govstack.pillars.learn.country.model import Country
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.seating.model import Quota


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An opportunity that a member takes on; `who` is their place among the members, days count from the first one."""

    who: int
    number: int
    role: str
    hours: int
    taken: int
    due: int
    done: int | None = None
    confirmed: int | None = None
    note: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer, hours after the question; whom it was of use to, and whether it is shown first."""

    who: int
    after: int
    body: str
    first: bool = False
    used: tuple[int, ...] = ()


class Discussed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of a member and its answers."""

    who: int
    asked: int
    title: str
    body: str
    answers: tuple[Said, ...] = ()


class Met(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event: when it was planned, its seats, who comes and who came, and what was said at its end."""

    id: str
    planned: int
    content: dict[str, Any]
    comes: tuple[int, ...] = ()
    came: tuple[int, ...] = ()
    said: dict[str, Any] = {}
    seats: int | None = None
    quotas: tuple[Quota, ...] = ()


class Chartered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A charter, when it was put forward and when it was approved."""

    id: str
    put: int
    approved: int
    content: dict[str, Any]


class Lived(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A community and how it lived until the first day; `joined` tells the day of each member, those of `also` last."""

    id: str
    content: dict[str, Any]
    of: tuple[str, ...]
    take: int
    joined: tuple[int, ...]
    facilitators: tuple[int, ...]
    charter: Chartered
    also: tuple[str, ...] = ()
    public: bool = False
    contributions: tuple[Taken, ...] = ()
    discussions: tuple[Discussed, ...] = ()
    gatherings: tuple[Met, ...] = ()


def members_of(lived: Lived, country: Country, everybody: Sequence[Person]) -> list[Person]:
    """Return who acts in a community: people of its organisations in turn, but nobody of the tours."""
    named = {one.id for one in country.named}
    chosen = [one for one in everybody if one.organisation_id in lived.of and one.id not in named]
    return chosen[:: max(1, len(chosen) // lived.take)][: lived.take]
