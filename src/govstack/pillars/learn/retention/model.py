"""How long something that is personal is kept."""

from __future__ import annotations

from dataclasses import dataclass

DAYS_MAX = 36_500


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, in words for people, and for how many days; none until the person is erased."""

    what: str
    days: int | None
