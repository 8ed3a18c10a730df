"""A rating, and the stated rule by which several become one level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

BATCH_MAX = 5_000
SOURCE_CHARACTERS_MAX = 200
ORDER_SETTING = "LEARN_RATING_ORDER"
STALE_SETTING = "LEARN_RATING_STALE_MONTHS"


class RaterType(StrEnum):
    """Where a rating comes from."""

    SELF = "self"
    MANAGER = "manager"
    TEST = "test"
    EVIDENCE = "evidence"
    CREDENTIAL = "credential"


# Ours: what was proven goes before what was said. A country sets its own order.
ORDER_DEFAULT = "credential,test,evidence,manager,self"


class Confidence(StrEnum):
    """How sure the rater is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RatingGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A rating as it is given. `rated_on` is a day, today when it is empty; with an `id` it can be sent again.

    `source` is a reference to what it rests on, such as campaign/… or credential/…; never what somebody said.
    """

    person_id: Annotated[str, Meta(min_length=1, max_length=100)]
    competency_id: Annotated[str, Meta(min_length=1, max_length=200)]
    level: Annotated[int, Meta(ge=0, le=100)]
    rater_type: RaterType
    confidence: Confidence = Confidence.MEDIUM
    rated_on: Annotated[str, Meta(max_length=10)] = ""
    source: Annotated[str, Meta(max_length=SOURCE_CHARACTERS_MAX)] = ""
    id: Annotated[str, Meta(max_length=100)] = ""
    rater_id: Annotated[str, Meta(max_length=100)] = ""


class Rating(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A rating as it is kept. `scale_id` is the scale that the competency had when it was given."""

    id: str
    person_id: str
    competency_id: str
    scale_id: str
    level: int
    rater_type: RaterType
    rater_id: str
    confidence: Confidence
    source: str
    rated_on: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How several ratings become one: fresh before stale, then the kind that ranks first, then the last one given."""

    order: tuple[RaterType, ...]
    fresh_since: str

    @property
    def ranks(self) -> dict[str, int]:
        """Return the place of each kind of rater."""
        return {str(kind): place for place, kind in enumerate(self.order)}

    def stale(self, rated_on: str) -> bool:
        """Tell whether a rating is too old to count before a fresh one."""
        return rated_on < self.fresh_since

    def chosen(self, ratings: Sequence[Rating]) -> Rating | None:
        """Return the rating that counts, of those of one person, competency and scale; None without any."""
        ranks = self.ranks
        found = sorted(ratings, key=lambda one: (one.rated_on, one.created_at, one.id), reverse=True)
        return min(found, key=lambda one: (self.stale(one.rated_on), ranks[one.rater_type]), default=None)


def order_of(text: str) -> tuple[RaterType, ...]:
    """Return the order that a setting names; kinds that it leaves out come last."""
    named = [RaterType(word.strip()) for word in text.split(",") if word.strip()]
    return tuple(dict.fromkeys([*named, *order_of(ORDER_DEFAULT)])) if len(named) < len(RaterType) else tuple(named)


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(max(year, 1), month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(max(year, 1), month + 1, 28)


def day_of(text: str, today: str) -> str:
    """Return a day as 2026-11-21, today for none; "" for what is no day, and for one that has not come yet."""
    if not text:
        return today
    try:
        found = date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
    return found if found <= today else ""


def same(kept: Rating, given: Mapping[str, object]) -> bool:
    """Tell whether a rating that came again says what it said before."""
    return all(getattr(kept, name) == value for name, value in given.items())
