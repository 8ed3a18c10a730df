"""Wire shapes of subscriptions and announcements."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.announcing.model import Details, Happening, Subscription


class SubscriptionBody(msgspec.Struct, frozen=True, rename="camel"):
    """Which happenings a partner is told of; an empty list ends it."""

    partner_id: Annotated[str, Meta(min_length=1, max_length=60)]
    types: Annotated[list[Happening], Meta(max_length=3)]

    def subscription(self) -> Subscription:
        """Return the subscription."""
        return Subscription(self.partner_id, tuple(dict.fromkeys(self.types)))


class SubscriptionsAnswer(msgspec.Struct, frozen=True):
    """All subscriptions."""

    subscriptions: list[SubscriptionBody]


class AnnouncementAnswer(msgspec.Struct, frozen=True):
    """What an announcement is about; `subject` is for this subscriber alone, `changed` has names without values."""

    id: str
    type: Happening
    at: str
    subject: str
    status: str
    changed: list[str]


def body_of(one: Subscription) -> SubscriptionBody:
    """Return a subscription as it is sent."""
    return SubscriptionBody(one.partner_id, list(one.types))


def answer_of(one: Details) -> AnnouncementAnswer:
    """Return what an announcement is about as it is sent."""
    told = one.announcement
    return AnnouncementAnswer(told.id, told.happening, told.at, one.subject, one.status, list(one.changed))
