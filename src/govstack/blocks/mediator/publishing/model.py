"""Published events, and how far they have come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.publishing.errors import EventMalformed

KEY_CHARACTERS_MAX = 200
EVENT_BYTES_MAX = 1_000_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Progress(StrEnum):
    """How far an event has come with all its subscribers."""

    PENDING = "pending"
    DELIVERED = "delivered"
    INCOMPLETE = "incomplete"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the log has it; `content` is its payload as JSON text where that was asked for and is kept."""

    number: int
    id: str
    room: str
    event_type: str
    publisher: str
    digest: str
    key: str
    sequence: int
    payload_bytes: int
    received_at: str
    stopped_by: str
    stopped_at: str
    correlation_id: str
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many subscribers an event is meant for, and where it stands with them (I29)."""

    by_state: Mapping[State, int]

    @property
    def total(self) -> int:
        """Return how many subscribers there were when it was published."""
        return sum(self.by_state.values())

    def progress(self, event: Event) -> Progress:
        """Return how far the event has come."""
        if event.stopped_at:
            return Progress.STOPPED
        if self.by_state.get(State.WAITING):
            return Progress.PENDING
        return Progress.DELIVERED if self.by_state.get(State.DELIVERED, 0) == self.total else Progress.INCOMPLETE


def checked_id(text: str) -> str:
    """Return a publisher's own event id in lower case; raises EventMalformed when it is no UUID."""
    plain = text.lower()
    if not _UUID.fullmatch(plain):
        raise EventMalformed(fields={"id": "must be a UUID"})
    return plain


def checked_key(text: str, name: str) -> str:
    """Return a key; raises EventMalformed when it is too long or holds what cannot be seen."""
    if len(text) > KEY_CHARACTERS_MAX or not text.isprintable():
        raise EventMalformed(fields={name: f"must be at most {KEY_CHARACTERS_MAX} visible characters"})
    return text
