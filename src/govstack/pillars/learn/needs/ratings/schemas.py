"""Wire shapes of ratings."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.ratings.model import Rating, RatingGiven

SENT_MAX = 1_000


class RatingsGiven(msgspec.Struct, frozen=True):
    """Ratings to add, all or none."""

    ratings: Annotated[list[RatingGiven], Meta(min_length=1, max_length=SENT_MAX)]


class RatingList(msgspec.Struct, frozen=True):
    """Ratings."""

    ratings: list[Rating]


class RatingsQuery(msgspec.Struct, frozen=True):
    """Of which competency; "" for all."""

    competency: Annotated[str, Meta(max_length=200)] = ""
