"""Certifications of trainers, and the chain by which they were handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id, Word

CERTIFICATIONS_MAX = 5_000
CHAIN_MAX = 30
TAUGHT_MAX = 200
AUTHORITY_CHARACTERS_MAX = 200
# From when on a certification is shown as ending; our choice.
SOON = timedelta(days=60)
AHEAD_MAX, LASTS_MAX = timedelta(days=731), timedelta(days=3_653)


class Standing(StrEnum):
    """Whether a certification holds on a day."""

    LATER = "later"
    HOLDS = "holds"
    ENDING = "ending"
    EXPIRED = "expired"
    ENDED = "ended"


class CertificationGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A certification as it is sent: by a trainer who is certified here, or by an authority outside."""

    learner_id: Annotated[Id, Meta(description="The person who may teach")]
    offering_id: Id
    certified_by: Id | None = None
    authority: Word = ""
    since: date
    until: date


class Certification(CertificationGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Somebody may teach a course for some time."""

    id: Id
    ended_at: str | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.ended_at is None and self.since <= day <= self.until

    def covers(self, other: CertificationGiven) -> bool:
        """Tell whether it holds on every day of another one."""
        return self.ended_at is None and self.since <= other.since and other.until <= self.until

    def standing(self, day: date) -> Standing:
        """Return how a certification stands on a day: one that was ended early never holds."""
        if self.ended_at is not None:
            return Standing.ENDED
        if not self.holds_on(day):
            return Standing.LATER if day < self.since else Standing.EXPIRED
        return Standing.ENDING if self.until - day <= SOON else Standing.HOLDS


def holds_through(found: Iterable[Certification], first: date, last: date) -> bool:
    """Tell whether one certification holds on the first and the last day."""
    return any(one.holds_on(first) and one.holds_on(last) for one in found)


def chain(known: Mapping[str, list[Certification]], start: Certification) -> list[Certification]:
    """Return a certification, that of whoever gave it, and so on up to the first; each person stands there once."""
    found, seen = [start], {start.learner_id}
    at = start
    while at.certified_by and at.certified_by not in seen and len(found) < CHAIN_MAX:
        seen.add(at.certified_by)
        above = [one for one in known.get(at.certified_by, ()) if one.since <= at.since <= one.until]
        if not above:
            break
        at = max(above, key=lambda one: (one.since, one.id))
        found.append(at)
    return found
