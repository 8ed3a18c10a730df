"""Subscriptions over HTTP: the published operations of subscribers, and the administration by the room's manager."""

from __future__ import annotations

from govstack.blocks.mediator.directory.errors import ClientDiffers
from govstack.blocks.mediator.directory.schemas import claimed_client
from govstack.blocks.mediator.rooms.errors import (
    NotAllowed,
    RoomNotYours,
    UnknownEventType,
    UnknownParty,
    UnknownRoom,
)
from govstack.blocks.mediator.rooms.schemas import address_of
from govstack.blocks.mediator.rooms.service import Address, calling_application
from govstack.blocks.mediator.subscriptions import service
from govstack.blocks.mediator.subscriptions.errors import (
    EndpointRefused,
    SubscriptionExists,
    SubscriptionInvalid,
    UnknownSubscription,
)
from govstack.blocks.mediator.subscriptions.schemas import (
    SubscriptionAnswer,
    SubscriptionItem,
    SubscriptionList,
    SubscriptionQuery,
)
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("subscriptions",))
OWN = "/r1/{instanceId}/{memberClass}/{memberCode}/{applicationCode}/api/v1/subs"
ROOM = "/api/v1/rooms/{memberClass}/{memberCode}/{applicationCode}/subscriptions"
CLIENT_HEADERS = {"X-GovStack-Client": "The calling application; may be left out, and must be the proven one"}
SUBSCRIBERS = by_policy("applications with the right to subscribe in the room")
MANAGERS = by_policy("the room itself and its administrators")


@routes.get(
    OWN,
    access=SUBSCRIBERS,
    answer=list[SubscriptionItem],
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, UnknownSubscription),
    operation_id="listSub",
    summary="List the caller's subscriptions",
)
async def list_own(call: Call) -> list[SubscriptionItem]:
    """Without any subscription the answer is 404, as the contract says."""
    found = await service.own(call.context, by=call.actor, address=_address(call), claimed=claimed_client(call.headers))
    return [SubscriptionItem.of(one) for one in found]


@routes.post(
    OWN + "/{eventType}",
    access=SUBSCRIBERS,
    body=SubscriptionItem,
    answer=SubscriptionItem,
    headers=CLIENT_HEADERS,
    errors=(
        UnknownRoom,
        UnknownEventType,
        ClientDiffers,
        NotAllowed,
        SubscriptionInvalid,
        EndpointRefused,
        SubscriptionExists,
    ),
    operation_id="addSub",
    summary="Subscribe to an event type",
)
async def subscribe(call: Call, body: SubscriptionItem) -> SubscriptionItem:
    """Pushes go to the endpoint that the subscriber names; without one, to its service `events`."""
    claimed = claimed_client(call.headers)
    client = await calling_application(call.context, by=call.actor, claimed=claimed)
    made = await service.subscribe(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        wish=body.wish(event_type=call.path["eventType"], subscriber=client),
        claimed=claimed,
    )
    return SubscriptionItem.of(made)


@routes.get(
    OWN + "/{eventType}",
    access=SUBSCRIBERS,
    answer=SubscriptionItem,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, UnknownSubscription),
    operation_id="getSub",
    summary="Read a subscription",
)
async def get_own(call: Call) -> SubscriptionItem:
    """The caller's own."""
    found = await service.own(
        call.context,
        by=call.actor,
        address=_address(call),
        claimed=claimed_client(call.headers),
        event_type=call.path["eventType"],
    )
    return SubscriptionItem.of(found[0])


@routes.patch(
    OWN + "/{eventType}",
    access=SUBSCRIBERS,
    body=SubscriptionItem,
    answer=SubscriptionItem,
    status=201,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, SubscriptionInvalid, EndpointRefused, UnknownSubscription),
    operation_id="patchSub",
    summary="Change a subscription",
)
async def change_own(call: Call, body: SubscriptionItem) -> SubscriptionItem:
    """What is left out stays; the contract answers a change with 201."""
    claimed = claimed_client(call.headers)
    client = await calling_application(call.context, by=call.actor, claimed=claimed)
    made = await service.change_own(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        wish=body.wish(event_type=call.path["eventType"], subscriber=client),
        claimed=claimed,
    )
    return SubscriptionItem.of(made)


@routes.delete(
    OWN + "/{eventType}",
    access=SUBSCRIBERS,
    status=204,
    headers=CLIENT_HEADERS,
    errors=(UnknownRoom, ClientDiffers, UnknownSubscription),
    operation_id="deleteSub",
    summary="End a subscription",
)
async def end_own(call: Call) -> None:
    """What waits in its queue is dropped."""
    await service.end_own(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.path["eventType"],
        claimed=claimed_client(call.headers),
    )


@routes.get(
    ROOM,
    access=MANAGERS,
    query=SubscriptionQuery,
    answer=SubscriptionList,
    errors=(UnknownRoom, RoomNotYours),
    operation_id="listSubscriptions",
    summary="List the active subscriptions in a room",
)
async def list_subscriptions(call: Call) -> SubscriptionList:
    """For the room's manager (I23)."""
    page = await service.subscriptions(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=call.query.event_type,
        subscriber=call.query.subscriber,
        mode=call.query.delivery,
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return SubscriptionList([SubscriptionAnswer.of(one) for one in page.subscriptions], page.next_page_token)


@routes.post(
    ROOM,
    access=MANAGERS,
    body=SubscriptionItem,
    answer=SubscriptionAnswer,
    status=201,
    errors=(UnknownRoom, RoomNotYours, UnknownEventType, UnknownParty, NotAllowed, EndpointRefused, SubscriptionExists),
    operation_id="addSubscription",
    summary="Subscribe an application",
)
async def add_subscription(call: Call, body: SubscriptionItem) -> SubscriptionAnswer:
    """The application named as subscriber must have the right to subscribe (I22)."""
    if body.subscriber_id is None:
        raise SubscriptionInvalid(fields={"subscriberId": "must name the application that subscribes"})
    made = await service.subscribe(
        call.context,
        by=call.actor,
        address=_address(call),
        event_type=body.event_type,
        wish=body.wish(),
        subscriber=body.subscriber_id.identifier,
    )
    return SubscriptionAnswer.of(made)


@routes.get(
    ROOM + "/{subscriptionId}",
    access=MANAGERS,
    answer=SubscriptionAnswer,
    errors=(UnknownRoom, RoomNotYours, UnknownSubscription),
    operation_id="readSubscription",
    summary="Read somebody's subscription",
)
async def read_subscription(call: Call) -> SubscriptionAnswer:
    """For the room's manager."""
    found = await service.subscription(
        call.context, by=call.actor, address=_address(call), subscription_id=call.path["subscriptionId"]
    )
    return SubscriptionAnswer.of(found)


@routes.patch(
    ROOM + "/{subscriptionId}",
    access=MANAGERS,
    body=SubscriptionItem,
    answer=SubscriptionAnswer,
    errors=(UnknownRoom, RoomNotYours, UnknownSubscription, SubscriptionInvalid, EndpointRefused),
    operation_id="changeSubscription",
    summary="Change somebody's subscription",
)
async def change_subscription(call: Call, body: SubscriptionItem) -> SubscriptionAnswer:
    """For the room's manager (I20, I22); what is left out stays."""
    address, subscription_id = _address(call), call.path["subscriptionId"]
    known = await service.subscription(call.context, by=call.actor, address=address, subscription_id=subscription_id)
    wish = body.wish(event_type=known.event_type)
    made = await service.change(
        call.context, by=call.actor, address=address, subscription_id=subscription_id, wish=wish
    )
    return SubscriptionAnswer.of(made)


@routes.delete(
    ROOM + "/{subscriptionId}",
    access=MANAGERS,
    status=204,
    errors=(UnknownRoom, RoomNotYours, UnknownSubscription),
    operation_id="endSubscription",
    summary="End somebody's subscription",
)
async def end_subscription(call: Call) -> None:
    """For the room's manager (I22)."""
    await service.end(call.context, by=call.actor, address=_address(call), subscription_id=call.path["subscriptionId"])


def _address(call: Call) -> Address:
    return address_of(call.path, instance=call.context.settings.text("INSTANCE"))
