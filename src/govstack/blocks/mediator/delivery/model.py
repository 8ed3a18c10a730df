"""Events on their way to subscribers: their state, and what follows from an attempt to deliver one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from govstack.kernel import clock

REASON_CHARACTERS_MAX = 300
# Answers that say nothing about the event but that the subscriber cannot be reached or is overburdened now.
UNREACHABLE = frozenset({429, 502, 503, 504})


class State(StrEnum):
    """Where an event stands with one subscriber."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    EXPIRED = "expired"
    DROPPED = "dropped"
    STOPPED = "stopped"


class Result(StrEnum):
    """How one attempt ended."""

    DELIVERED = "delivered"
    HANDED_OUT = "handed-out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Parcel:
    """An event for one subscriber: `number` names the delivery, `attempt` counts from 1, also past a requeue. `content`
    is the payload as JSON text, or None when it is not kept any more."""

    number: int
    subscription_id: str
    subscriber: str
    attempt: int
    attempts_before: int
    event_id: str
    room: str
    event_type: str
    publisher: str
    key: str
    sequence: int
    correlation_id: str
    content: str | None

    @property
    def tries(self) -> int:
        """Return how often it was tried since it was last put into the queue."""
        return self.attempt - self.attempts_before


@dataclass(frozen=True, slots=True)
class Letter:
    """What waits for an event: to be queued for a subscriber until it expires."""

    subscription_id: str
    subscriber: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a push: the status (0 when no answer came), a reason in words when it is not a success, the id of
    the message in the mediator's log, and the pause that the subscriber asks for."""

    status: int
    reason: str = ""
    message_id: str = ""
    retry_after_seconds: float = 0.0

    @property
    def acknowledged(self) -> bool:
        """Tell whether the subscriber has taken the event."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver a parcel; `status` is the answer's, or 0 when none came."""

    parcel: Parcel
    at: str
    duration_us: int
    status: int
    result: Result
    reason: str = ""
    message_id: str = ""
    retry_after_seconds: float = 0.0

    @property
    def unreachable(self) -> bool:
        """Tell whether the subscriber could not be reached, whatever the event."""
        return self.result is Result.FAILED and (self.status in UNREACHABLE or self.status == 0)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a delivery: its state, and when it is tried again if it still waits. `returned` takes the
    attempt back, since it was broken off by ourselves."""

    number: int
    state: State
    due_at: str = ""
    reason: str = ""
    attempt: Attempt | None = None
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """How many deliveries of one subscription to take, and behind which key to start looking."""

    room: int
    after_key: str = ""


def settle(attempt: Attempt, *, attempts_max: int, pause_seconds: float, now: datetime) -> Settlement:
    """Decide what follows from an attempt: done, tried again after a pause, or laid aside as dead (I20, I21)."""
    number = attempt.parcel.number
    if attempt.result is Result.DELIVERED:
        return Settlement(number, State.DELIVERED, attempt=attempt)
    if attempt.parcel.content is None or attempt.parcel.tries >= attempts_max:
        return Settlement(number, State.DEAD, reason=attempt.reason, attempt=attempt)
    due = now + timedelta(seconds=max(pause_seconds, attempt.retry_after_seconds))
    return Settlement(number, State.WAITING, clock.timestamp(due), attempt.reason, attempt)


def item(parcel: Parcel) -> bytes:
    """Return an event as subscribers receive it."""
    instance, member_class, member_code, application_code = parcel.publisher.split("/")
    return msgspec.json.encode(
        {
            "id": parcel.event_id,
            "sequence": parcel.sequence,
            "publisherId": {
                "instanceId": instance,
                "memberClass": member_class,
                "memberCode": member_code,
                "applicationCode": application_code,
            },
            "eventType": parcel.event_type,
            "event": msgspec.Raw((parcel.content or "{}").encode()),
        }
    )
