"""Events, deliveries, dead letters and queues over HTTP, for those who look after rooms."""

from __future__ import annotations

from govstack.blocks.mediator.publishing.errors import UnknownEvent
from govstack.blocks.mediator.rooms.errors import RoomNotYours, UnknownRoom
from govstack.blocks.mediator.rooms.schemas import PageQuery, address_of
from govstack.blocks.mediator.tracking import service
from govstack.blocks.mediator.tracking.errors import (
    CannotRequeue,
    MomentMalformed,
    NotDead,
    NotYours,
    UnknownDelivery,
)
from govstack.blocks.mediator.tracking.schemas import (
    AttemptAnswer,
    DeadLetterQuery,
    DeliveryAnswer,
    DeliveryDetails,
    DeliveryList,
    DeliveryQuery,
    EventAnswer,
    EventList,
    EventQuery,
    QueueAnswer,
    QueueList,
    Requeue,
    Requeued,
    delivery_number,
)
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("tracking",))
EVENTS = "/api/v1/events"
DELIVERIES = "/api/v1/deliveries"
DEAD_LETTERS = "/api/v1/dead-letters"
QUEUES = "/api/v1/rooms/{memberClass}/{memberCode}/{applicationCode}/queues"
SEERS = by_policy("the room and its administrators; applications see what is their own")
MANAGERS = by_policy("the room itself and its administrators")


@routes.get(
    EVENTS,
    access=SEERS,
    query=EventQuery,
    answer=EventList,
    errors=(NotYours, MomentMalformed),
    operation_id="listEvents",
    summary="Find events and see how far they have come",
)
async def list_events(call: Call) -> EventList:
    """By room, type, publisher, time and state, newest first, without payloads (I26, I29)."""
    page = await service.events(
        call.context,
        by=call.actor,
        wanted=call.query.wanted(),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return EventList([EventAnswer.of(one) for one in page.events], page.next_page_token)


@routes.get(
    EVENTS + "/{eventId}",
    access=SEERS,
    answer=EventAnswer,
    errors=(UnknownEvent,),
    operation_id="readEvent",
    summary="See how far an event has come",
)
async def read_event(call: Call) -> EventAnswer:
    """Such as: delivered to five of seven subscribers (I29)."""
    return EventAnswer.of(await service.event(call.context, by=call.actor, event_id=call.path["eventId"]))


@routes.post(
    EVENTS + "/{eventId}/stop",
    access=SEERS,
    status=204,
    errors=(UnknownEvent,),
    operation_id="stopEvent",
    summary="Stop the delivery of an event",
)
async def stop_event(call: Call) -> None:
    """Stopping it twice is a success."""
    await service.stop_event(call.context, by=call.actor, event_id=call.path["eventId"])


@routes.get(
    DELIVERIES,
    access=SEERS,
    query=DeliveryQuery,
    answer=DeliveryList,
    errors=(NotYours, MomentMalformed),
    operation_id="listDeliveries",
    summary="Find where events stand with their subscribers",
)
async def list_deliveries(call: Call) -> DeliveryList:
    """By room, type, subscriber, event, time and state, newest first."""
    page = await service.deliveries(
        call.context,
        by=call.actor,
        wanted=call.query.wanted(),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return DeliveryList([DeliveryAnswer.of(one) for one in page.deliveries], page.next_page_token)


@routes.get(
    DELIVERIES + "/{deliveryId}",
    access=SEERS,
    answer=DeliveryDetails,
    errors=(UnknownDelivery,),
    operation_id="readDelivery",
    summary="Read a delivery with every attempt",
)
async def read_delivery(call: Call) -> DeliveryDetails:
    """Each attempt is on record (I27)."""
    number = delivery_number(call.path["deliveryId"])
    found, tries = await service.delivery_of(call.context, by=call.actor, number=number)
    return DeliveryDetails(DeliveryAnswer.of(found), [AttemptAnswer.of(one) for one in tries])


@routes.get(
    DEAD_LETTERS,
    access=SEERS,
    query=DeadLetterQuery,
    answer=DeliveryList,
    errors=(NotYours, MomentMalformed),
    operation_id="listDeadLetters",
    summary="List what could not be delivered",
)
async def list_dead_letters(call: Call) -> DeliveryList:
    """They wait for a decision until their payload is forgotten (I21)."""
    page = await service.deliveries(
        call.context,
        by=call.actor,
        wanted=call.query.wanted(),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return DeliveryList([DeliveryAnswer.of(one) for one in page.deliveries], page.next_page_token)


@routes.post(
    DEAD_LETTERS + "/requeue",
    access=MANAGERS,
    body=Requeue,
    answer=Requeued,
    errors=(NotYours,),
    operation_id="requeueDeadLetters",
    summary="Put the dead letters of a room back into their queues",
)
async def requeue_all(call: Call, body: Requeue) -> Requeued:
    """At most a thousand at once; those that cannot be delivered any more stay."""
    return Requeued(await service.requeue_all(call.context, by=call.actor, wanted=body.wanted()))


@routes.post(
    DEAD_LETTERS + "/{deliveryId}/requeue",
    access=MANAGERS,
    answer=DeliveryAnswer,
    errors=(UnknownDelivery, NotDead, CannotRequeue),
    operation_id="requeueDeadLetter",
    summary="Put a dead letter back into its queue",
)
async def requeue(call: Call) -> DeliveryAnswer:
    """It gets a new time to live and all its attempts again."""
    number = delivery_number(call.path["deliveryId"])
    return DeliveryAnswer.of(await service.requeue(call.context, by=call.actor, number=number))


@routes.delete(
    DEAD_LETTERS + "/{deliveryId}",
    access=MANAGERS,
    status=204,
    errors=(UnknownDelivery, NotDead),
    operation_id="dropDeadLetter",
    summary="Give a dead letter up for good",
)
async def drop(call: Call) -> None:
    """Dropping it twice is a success."""
    await service.drop(call.context, by=call.actor, number=delivery_number(call.path["deliveryId"]))


@routes.get(
    QUEUES,
    access=MANAGERS,
    query=PageQuery,
    answer=QueueList,
    errors=(UnknownRoom, RoomNotYours),
    operation_id="listQueues",
    summary="Read how much waits for each subscription",
)
async def list_queues(call: Call) -> QueueList:
    """The depth of each queue, and since when its oldest event waits (IM-5.2)."""
    page = await service.queues(
        call.context,
        by=call.actor,
        address=address_of(call.path, instance=call.context.settings.text("INSTANCE")),
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return QueueList([QueueAnswer.of(one) for one in page.queues], page.next_page_token)
