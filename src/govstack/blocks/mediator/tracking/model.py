"""What administrators of rooms look at: events with their tallies, deliveries with their attempts, queues."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.publishing.model import Event, Tally
from govstack.blocks.mediator.subscriptions.model import Mode


@dataclass(frozen=True, slots=True)
class Tracked:
    """An event and how far it has come."""

    event: Event
    tally: Tally


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one event stands with one subscriber."""

    number: int
    event_id: str
    subscription_id: str
    room: str
    event_type: str
    publisher: str
    subscriber: str
    key: str
    sequence: int
    state: State
    attempts: int
    created_at: str
    due_at: str
    expires_at: str
    finished_at: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt as the log has it (I27); `message_id` finds the push in the mediator's message log."""

    attempt: int
    at: str
    duration_us: int
    status: int
    outcome: str
    reason: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits for one subscription, since when, and how much of it was laid aside."""

    subscription_id: str
    event_type: str
    subscriber: str
    mode: Mode
    waiting: int
    oldest: str
    dead: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events or deliveries to find; an empty text means any. `since` and `until` are timestamps."""

    room: str = ""
    event_type: str = ""
    publisher: str = ""
    subscriber: str = ""
    event_id: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
