"""Answers of people on their way to the service that wrote to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from govstack.blocks.messaging.senders.model import callback_rules
from govstack.kernel.destinations import Rules

WINDOW = timedelta(hours=24)
FIRST_SECONDS, FACTOR, LONGEST_SECONDS = 30.0, 2.0, 3_600.0
# What a receiver says when trying again may help: too early, too many, too slow, or a fault of its own.
AGAIN = frozenset({408, 425, 429})
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class State(StrEnum):
    """How an answer stands."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    FORWARDED = "forwarded"
    DROPPED = "dropped"


FINAL = frozenset({State.FORWARDED, State.DROPPED})


@dataclass(frozen=True, slots=True)
class Order:
    """An answer as it is to be passed on; its content is sealed, and gone once it has come to its end."""

    id: str
    request_id: str
    callback: bytes | None
    received_at: str
    sequence: int
    state: State
    sealed: bytes | None


def pause_seconds(attempt: int) -> float:
    """Return how long to wait after a failed attempt, counted from 1."""
    return float(min(FIRST_SECONDS * FACTOR ** min(attempt - 1, 64), LONGEST_SECONDS))


def state_after(status: int) -> State:
    """Return how an answer stands after what its receiver said."""
    if 200 <= status < 300:
        return State.FORWARDED
    return State.DEFERRED if status >= 500 or status in AGAIN else State.DROPPED


def operator_rules(hosts: tuple[str, ...], *, production: bool) -> Rules:
    """Return where operators let answers go: nobody has said so means this machine, or nowhere."""
    return callback_rules(hosts if hosts or production else THIS_MACHINE, production=production)
