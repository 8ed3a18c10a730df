"""Figures of messages, and requests as administrators see them: without contacts and contents."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.messaging.intake.model import Channel, Kind, State

SHOWN_MAX = 50
HOURS = 24


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in the list."""

    number: int
    id: str
    sender_id: str
    organisation_name: str
    kind: Kind
    urgent: bool
    messages: int
    received_at: str
    channel: Channel
    # Until when its messages are tried; only where one request is looked at.
    until: str = ""


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many messages came into a state within an hour; `hour` reads like 2026-11-22T12."""

    hour: str
    state: State
    messages: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How messaging is doing: what came into which state in each hour of the last day, and what is under way now.

    `dead` are jobs of any kind that were laid aside.
    """

    hours: list[HourCount]
    waiting: int
    dead: int

    def total(self, *states: State) -> int:
        """Return how many messages came into some states in the last day."""
        return sum(one.messages for one in self.hours if one.state in states)
