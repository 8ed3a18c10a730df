"""Subscriptions for administrators, and announcements for subscribers."""

from __future__ import annotations

from govstack.blocks.identity.announcing import schemas, service
from govstack.blocks.identity.announcing.errors import UnknownAnnouncement
from govstack.blocks.identity.people.service import ADMINISTER
from govstack.kernel.routing import Call, Routes, by_policy, needs

routes = Routes(tags=("subscriptions",))


@routes.put(
    "/api/v1/subscriptions",
    access=needs(ADMINISTER),
    body=schemas.SubscriptionBody,
    answer=schemas.SubscriptionBody,
    operation_id="subscriptionPut",
)
async def subscribe(call: Call, body: schemas.SubscriptionBody) -> schemas.SubscriptionBody:
    """Let a partner be told of changes of identities."""
    made = await service.subscribe(call.context, by=call.actor, wanted=body.subscription())
    return schemas.body_of(made)


@routes.get(
    "/api/v1/subscriptions",
    access=needs(ADMINISTER),
    answer=schemas.SubscriptionsAnswer,
    operation_id="subscriptionList",
)
async def subscriptions(call: Call) -> schemas.SubscriptionsAnswer:
    """List subscriptions."""
    return schemas.SubscriptionsAnswer([schemas.body_of(one) for one in await service.subscriptions(call.context)])


@routes.get(
    "/api/v1/announcements/{announcementId}",
    access=by_policy("the subscriber that the announcement was made for"),
    answer=schemas.AnnouncementAnswer,
    errors=(UnknownAnnouncement,),
    operation_id="announcementRead",
)
async def read(call: Call) -> schemas.AnnouncementAnswer:
    """Read what an announcement is about."""
    found = await service.read(call.context, by=call.actor, announcement_id=call.path["announcementId"])
    return schemas.answer_of(found)
