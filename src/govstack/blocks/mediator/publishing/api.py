"""The published operations of publishers: publish, read the status, stop."""

from __future__ import annotations

from govstack.blocks.mediator.directory.errors import ClientDiffers
from govstack.blocks.mediator.directory.schemas import claimed_client
from govstack.blocks.mediator.publishing import service
from govstack.blocks.mediator.publishing.errors import EventIdTaken, EventMalformed, EventTooLarge, UnknownEvent
from govstack.blocks.mediator.publishing.schemas import EventItem, PublishEvent, PublishEventResult
from govstack.blocks.mediator.rooms.errors import NotAllowed, PayloadInvalid, UnknownEventType, UnknownRoom
from govstack.blocks.mediator.rooms.schemas import address_of
from govstack.blocks.mediator.rooms.service import Address
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("publishing",))
EVENTS = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}/pub/v1/{eventType}"
HEADERS = {
    "X-GovStack-Client": "The calling application; may be left out, and must be the proven one",
    "Idempotency-Key": "A repeated request with the same key is the same event; an id in the body serves as well",
}
PUBLISHERS = by_policy("applications with the right to publish in the room")
OWNERS = by_policy("the event's publisher, the room itself and its administrators")
EVENT_BODY_BYTES_MAX = 1_100_000


@routes.post(
    EVENTS,
    access=PUBLISHERS,
    body=PublishEvent,
    answer=PublishEventResult,
    status=201,
    body_bytes_max=EVENT_BODY_BYTES_MAX,
    headers=HEADERS,
    errors=(
        UnknownRoom,
        UnknownEventType,
        ClientDiffers,
        NotAllowed,
        EventMalformed,
        PayloadInvalid,
        EventTooLarge,
        EventIdTaken,
    ),
    operation_id="publishEvent",
    summary="Publish an event",
)
async def publish_event(call: Call, body: PublishEvent) -> PublishEventResult:
    """The answer means: checked against the schema, stored, and queued for every subscriber."""
    publication = body.publication(
        event_type=call.path["eventType"], request_key=call.headers.get("idempotency-key", "")
    )
    event_id = await service.publish(
        call.context,
        by=call.actor,
        address=_address(call),
        publication=publication,
        claimed=claimed_client(call.headers),
    )
    return PublishEventResult(event_id)


@routes.get(
    EVENTS + "/{eventId}",
    access=OWNERS,
    answer=EventItem,
    headers=HEADERS,
    errors=(ClientDiffers, UnknownEvent),
    operation_id="getStatus",
    summary="Read a published event and how far it has come",
)
async def read_event(call: Call) -> EventItem:
    """Such as: delivered to five of seven subscribers (I29)."""
    found, tally = await service.event(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        event_id=call.path["eventId"],
        claimed=claimed_client(call.headers),
    )
    return EventItem.of(found, tally)


@routes.delete(
    EVENTS + "/{eventId}",
    access=OWNERS,
    status=204,
    headers=HEADERS,
    errors=(ClientDiffers, UnknownEvent),
    operation_id="deleteEvent",
    summary="Stop the delivery of an event",
)
async def stop_event(call: Call) -> None:
    """Whoever has it already keeps it; nobody gets it any more."""
    await service.stop(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        event_id=call.path["eventId"],
        claimed=claimed_client(call.headers),
    )


def _address(call: Call) -> Address:
    return address_of(call.path, instance=call.context.settings.text("INSTANCE"))
