"""Events, deliveries and queues as administrators read them."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.publishing.schemas import Deliveries
from govstack.blocks.mediator.subscriptions.schemas import ApplicationId
from govstack.blocks.mediator.tracking.errors import UnknownDelivery
from govstack.blocks.mediator.tracking.model import Delivery, Queue, Tracked, Try, Wanted
from govstack.blocks.mediator.tracking.service import moment

NUMBER_DIGITS_MAX = 18
ProgressName = Literal["", "pending", "delivered", "incomplete", "stopped"]
StateName = Literal["", "waiting", "delivered", "dead", "expired", "dropped", "stopped"]


class EventQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which events to find: `room` is CLASS/MEMBER/APPLICATION, `publisher` carries the instance in front; `since` and
    `until` bound the time of receipt."""

    room: str = ""
    event_type: str = ""
    publisher: str = ""
    state: ProgressName = ""
    since: str = ""
    until: str = ""
    page_size: int | None = None
    next_page_token: str = ""

    def wanted(self) -> Wanted:
        """Return what is looked for; raises MomentMalformed."""
        return Wanted(
            self.room,
            self.event_type,
            self.publisher,
            state=self.state,
            since=moment(self.since),
            until=moment(self.until),
        )


class EventAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An event as the log has it, without its payload (I26), and how far it has come."""

    id: str
    room: str
    event_type: str
    publisher_id: ApplicationId
    key: str
    sequence: int
    received_at: str
    payload_bytes: int
    payload_digest: str
    state: str
    deliveries: Deliveries
    stopped_by: str = ""
    stopped_at: str = ""

    @classmethod
    def of(cls, one: Tracked) -> EventAnswer:
        """Return an event as it is listed."""
        event = one.event
        return cls(
            event.id,
            event.room,
            event.event_type,
            ApplicationId.of(event.publisher),
            event.key,
            event.sequence,
            event.received_at,
            event.payload_bytes,
            event.digest,
            str(one.tally.progress(event)),
            Deliveries.of(one.tally),
            event.stopped_by,
            event.stopped_at,
        )


class EventList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of events."""

    events: list[EventAnswer]
    next_page_token: str = ""


class DeliveryQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which deliveries to find: `room` is CLASS/MEMBER/APPLICATION, `subscriber` carries the instance in front."""

    room: str = ""
    event_type: str = ""
    subscriber: str = ""
    event_id: str = ""
    state: StateName = ""
    since: str = ""
    until: str = ""
    page_size: int | None = None
    next_page_token: str = ""

    def wanted(self) -> Wanted:
        """Return what is looked for; raises MomentMalformed."""
        return Wanted(
            self.room,
            self.event_type,
            "",
            self.subscriber,
            self.event_id.lower(),
            self.state,
            moment(self.since),
            moment(self.until),
        )


class DeadLetterQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which dead letters to find."""

    room: str = ""
    event_type: str = ""
    subscriber: str = ""
    since: str = ""
    until: str = ""
    page_size: int | None = None
    next_page_token: str = ""

    def wanted(self) -> Wanted:
        """Return what is looked for; raises MomentMalformed."""
        return Wanted(
            self.room,
            self.event_type,
            "",
            self.subscriber,
            "",
            str(State.DEAD),
            moment(self.since),
            moment(self.until),
        )


class DeliveryAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where one event stands with one subscriber. A waiting one is tried again at `dueAt` and ends at `expiresAt`."""

    delivery_id: str
    event_id: str
    room: str
    event_type: str
    subscriber_id: ApplicationId
    key: str
    sequence: int
    state: str
    attempts: int
    created_at: str
    expires_at: str
    due_at: str = ""
    finished_at: str = ""
    reason: str = ""

    @classmethod
    def of(cls, one: Delivery) -> DeliveryAnswer:
        """Return a delivery as it is listed."""
        return cls(
            str(one.number),
            one.event_id,
            one.room,
            one.event_type,
            ApplicationId.of(one.subscriber),
            one.key,
            one.sequence,
            str(one.state),
            one.attempts,
            one.created_at,
            one.expires_at,
            one.due_at if one.state is State.WAITING else "",
            one.finished_at or "",
            one.reason,
        )


class DeliveryList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of deliveries."""

    deliveries: list[DeliveryAnswer]
    next_page_token: str = ""


class AttemptAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One attempt to deliver; without a status no answer came. `messageId` finds a push in the message log."""

    attempt: int
    at: str
    outcome: str
    milliseconds: float
    status: int = 0
    reason: str = ""
    message_id: str = ""

    @classmethod
    def of(cls, one: Try) -> AttemptAnswer:
        """Return an attempt as it is listed."""
        milliseconds = round(one.duration_us / 1000, 3)
        return cls(one.attempt, one.at, one.outcome, milliseconds, one.status, one.reason, one.message_id)


class DeliveryDetails(msgspec.Struct, frozen=True, rename="camel"):
    """A delivery with the log of its attempts."""

    delivery: DeliveryAnswer
    log: list[AttemptAnswer]


class Requeue(msgspec.Struct, frozen=True, rename="camel"):
    """Which dead letters of a room (CLASS/MEMBER/APPLICATION) to put back."""

    room: str
    event_type: str = ""
    subscriber: str = ""

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        return Wanted(self.room, self.event_type, "", self.subscriber)


class Requeued(msgspec.Struct, frozen=True):
    """How many dead letters were put back."""

    requeued: int


class QueueAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How much waits for one subscription, since when, and how many dead letters it has."""

    subscription_id: str
    event_type: str
    subscriber_id: ApplicationId
    delivery: str
    waiting: int
    dead: int
    oldest: str = ""

    @classmethod
    def of(cls, one: Queue) -> QueueAnswer:
        """Return a queue as it is listed."""
        return cls(
            one.subscription_id,
            one.event_type,
            ApplicationId.of(one.subscriber),
            str(one.mode),
            one.waiting,
            one.dead,
            one.oldest,
        )


class QueueList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of queues."""

    queues: list[QueueAnswer]
    next_page_token: str = ""


def delivery_number(text: str) -> int:
    """Return the number of a delivery; raises UnknownDelivery for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS_MAX):
        raise UnknownDelivery
    return int(text)
