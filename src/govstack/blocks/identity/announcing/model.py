"""What subscribers are told of, and what they may read about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from govstack.blocks.identity.people.model import Change

# How long the details of an announcement can be read.
KEPT = timedelta(days=30)


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


def changed_names(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return which attributes changes are about; names alone, never what they say."""
    told = (one for change in changes for one in (*change.content.before, *change.content.after))
    return tuple(dict.fromkeys(one.name for one in told))
