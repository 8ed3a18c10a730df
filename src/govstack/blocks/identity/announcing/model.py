"""What subscribers are told of, and what they may read about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from govstack.blocks.identity.people.model import Change

# How long the details of an announcement can be read.
KEPT = timedelta(days=30)
LOOKED_AT_MAX = 10


class Happening(StrEnum):
    """What is announced of an identity."""

    CREATED = "created"
    CHANGED = "changed"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which happenings a partner is told of."""

    partner_id: str
    types: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing that happened, made for one subscriber."""

    id: str
    partner_id: str
    person_id: str
    happening: Happening
    at: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a subscriber may read: who it is, by a name that only this subscriber has, and what it is about."""

    announcement: Announcement
    subject: str
    status: str
    changed: tuple[str, ...]


def changed_names(changes: Iterable[Change], *, at: str) -> tuple[str, ...]:
    """Return which attributes the newest change up to a moment is about; names alone, never what they say."""
    found = next((change for change in changes if change.at <= at), None)
    if found is None:
        return ()
    return tuple(dict.fromkeys(one.name for one in (*found.content.before, *found.content.after)))
