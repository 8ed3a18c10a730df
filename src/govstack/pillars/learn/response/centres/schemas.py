"""Wire shapes of training centres."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Word
from govstack.pillars.learn.response.centres.model import Centre, Gate, Notice, Offered, Use
from govstack.pillars.learn.response.offerings.model import Listed

COLUMNS = ("id", "title", "institution", "country", "accreditedBy", "rooms", "trainers", "yearlyCapacity", "nextGate")


class CentreList(msgspec.Struct, frozen=True):
    """Centres, and after which id the next ones come ("" at the end)."""

    centres: list[Centre]
    next: str = ""


class CentreQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class CentreState(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A centre with its use this year, the gate that comes next, and what it was told of newer material."""

    centre: Centre
    use: Use
    next_gate: Gate | None
    notices: list[Notice]


class Count(msgspec.Struct, frozen=True):
    """How many."""

    count: int


def offered(listed: Listed, url: str) -> Offered:
    """Return one offering as the feed tells it."""
    one = listed.offering
    return Offered(
        id=one.id, titles=one.titles, summaries=one.summaries, url=f"{url}/catalogue/{one.id}", types=one.types,
        track=one.track, delivery=one.delivery, languages=one.languages, hours=one.hours,
        starts=tuple(held.starts for held in listed.sessions if not held.cancelled)[:100],
    )  # fmt: skip


def row(one: Centre, language: str) -> list[object]:
    """Return a centre as one row of a file."""
    return [
        one.id, one.titles.get(language) or next(iter(one.titles.values())), one.institution, one.country,
        one.accreditation.body if one.accreditation else "", len(one.rooms), len(one.trainers), one.yearly_capacity,
        str(one.next_gate or ""),
    ]  # fmt: skip
