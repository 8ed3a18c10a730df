"""Publications and events on the wire."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.delivery.model import State
from govstack.blocks.mediator.publishing.errors import EventMalformed
from govstack.blocks.mediator.publishing.model import Event, Tally
from govstack.blocks.mediator.publishing.service import Publication
from govstack.blocks.mediator.subscriptions.schemas import ApplicationId


class PublishEvent(msgspec.Struct, frozen=True, rename="camel"):
    """An event as it is published. `id` is the publisher's own, by which a repetition is known; events with the same
    `key` keep their order, and those without one keep the order of their publisher."""

    event_type: str
    event: msgspec.Raw
    id: str = ""
    key: str = ""

    def publication(self, *, event_type: str, request_key: str) -> Publication:
        """Return what is published; raises EventMalformed when the address names another type."""
        if self.event_type != event_type:
            raise EventMalformed(fields={"eventType": "must be the event type of the address"})
        return Publication(event_type, bytes(self.event), self.id, self.key, request_key)


class PublishEventResult(msgspec.Struct, frozen=True):
    """The acknowledgement of an event: its id."""

    id: str


class Deliveries(msgspec.Struct, frozen=True, omit_defaults=True):
    """For how many subscribers an event is meant, and where it stands with them."""

    total: int
    delivered: int
    waiting: int = 0
    dead: int = 0
    expired: int = 0
    dropped: int = 0
    stopped: int = 0

    @classmethod
    def of(cls, tally: Tally) -> Deliveries:
        """Return the counts of an event."""
        count = tally.by_state.get
        return cls(
            tally.total,
            count(State.DELIVERED, 0),
            count(State.WAITING, 0),
            count(State.DEAD, 0),
            count(State.EXPIRED, 0),
            count(State.DROPPED, 0),
            count(State.STOPPED, 0),
        )


class EventStatus(msgspec.Struct, frozen=True, rename="camel"):
    """How far an event has come."""

    state: str
    received_at: str
    deliveries: Deliveries


class EventItem(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An event as published. The payload is left out when it is not kept any more; `status` is for its publisher."""

    id: str
    sequence: int
    publisher_id: ApplicationId
    event_type: str
    key: str = ""
    event: msgspec.Raw | None = None
    status: EventStatus | None = None

    @classmethod
    def of(cls, event: Event, tally: Tally) -> EventItem:
        """Return an event with how far it has come."""
        return cls(
            event.id,
            event.sequence,
            ApplicationId.of(event.publisher),
            event.event_type,
            event.key,
            msgspec.Raw(event.content.encode()) if event.content is not None else None,
            EventStatus(str(tally.progress(event)), event.received_at, Deliveries.of(tally)),
        )
