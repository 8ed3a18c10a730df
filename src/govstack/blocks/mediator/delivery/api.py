"""The published operations of subscribers that pull: fetch the next event, acknowledge it."""

from __future__ import annotations

from govstack.blocks.mediator.delivery import service
from govstack.blocks.mediator.delivery.errors import NothingToPull, PullNotPossible
from govstack.blocks.mediator.delivery.schemas import PulledEvent
from govstack.blocks.mediator.directory.errors import ClientDiffers
from govstack.blocks.mediator.directory.schemas import claimed_client
from govstack.blocks.mediator.rooms.errors import UnknownRoom
from govstack.blocks.mediator.rooms.schemas import address_of
from govstack.blocks.mediator.rooms.service import Address
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("delivery",))
PULL = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}/pull/v1/{eventType}"
CLIENT_HEADERS = {"X-GovStack-Client": "The calling application; may be left out, and must be the proven one"}
SUBSCRIBERS = by_policy("applications that subscribe with delivery PULL")


@routes.get(
    PULL,
    access=SUBSCRIBERS,
    answer=PulledEvent,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, NothingToPull, PullNotPossible),
    operation_id="pullEvent",
    summary="Fetch the next event that is not acknowledged",
)
async def pull_event(call: Call) -> PulledEvent:
    """The same event comes again until it is acknowledged."""
    found = await service.pull(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        claimed=claimed_client(call.headers),
    )
    return PulledEvent.of(found)


@routes.delete(
    PULL + "/{eventId}",
    access=SUBSCRIBERS,
    status=204,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, NothingToPull, PullNotPossible),
    operation_id="confirmEvent",
    summary="Acknowledge a fetched event",
)
async def confirm_event(call: Call) -> None:
    """Acknowledging it twice is a success."""
    await service.acknowledge(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        event_id=call.path["eventId"].lower(),
        claimed=claimed_client(call.headers),
    )


def _address(call: Call) -> Address:
    return address_of(call.path, instance=call.context.settings.text("INSTANCE"))
