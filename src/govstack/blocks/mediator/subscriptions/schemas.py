"""Subscriptions on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.subscriptions.errors import SubscriptionInvalid
from govstack.blocks.mediator.subscriptions.model import (
    ATTEMPTS_MAX,
    FACTOR_MAX,
    FIRST_SECONDS_MAX,
    FIRST_SECONDS_MIN,
    LONGEST_SECONDS_MAX,
    PATH_CHARACTERS_MAX,
    TTL_SECONDS_MAX,
    Mode,
    Subscription,
    Wish,
)

Attempts = Annotated[int, msgspec.Meta(ge=1, le=ATTEMPTS_MAX)]
FirstSeconds = Annotated[float, msgspec.Meta(ge=FIRST_SECONDS_MIN, le=FIRST_SECONDS_MAX)]
Factor = Annotated[float, msgspec.Meta(ge=1, le=FACTOR_MAX)]
LongestSeconds = Annotated[float, msgspec.Meta(ge=FIRST_SECONDS_MIN, le=LONGEST_SECONDS_MAX)]
TtlSeconds = Annotated[int, msgspec.Meta(ge=1, le=TTL_SECONDS_MAX)]


class ApplicationId(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The four parts that name an application."""

    instance_id: str = ""
    member_class: str = ""
    member_code: str = ""
    application_code: str = ""

    @classmethod
    def of(cls, identifier: str) -> ApplicationId:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION in its parts."""
        return cls(*identifier.split("/"))

    @property
    def identifier(self) -> str:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION."""
        return f"{self.instance_id}/{self.member_class}/{self.member_code}/{self.application_code}"


class Retry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How a subscriber overrides the usual back-off (I19); what is left out follows the settings of the mediator."""

    attempts: Attempts | None = None
    first_seconds: FirstSeconds | None = None
    factor: Factor | None = None
    longest_seconds: LongestSeconds | None = None


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """For how many seconds an event is offered, whether events of a key keep their order, and how pushes repeat."""

    ttl: TtlSeconds | None = msgspec.field(default=None, name="TTL")
    fifo: bool | None = msgspec.field(default=None, name="FIFO")
    retry: Retry | None = None


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where events are pushed to: a service of the subscriber by its code, and a path of it."""

    service: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    path: Annotated[str, msgspec.Meta(max_length=PATH_CHARACTERS_MAX)] | None = None


class SubscriptionItem(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A subscription as published, with the endpoint that the published shape leaves open. Of what is sent, `id`
    is not looked at, and `subscriberId` must be the caller's own."""

    event_type: str
    id: str = ""
    subscriber_id: ApplicationId | None = None
    delivery: Mode | None = None
    options: Options = Options()
    endpoint: Endpoint = Endpoint()

    def wish(self, *, event_type: str = "", subscriber: str = "") -> Wish:
        """Return what is asked for; raises SubscriptionInvalid when type or subscriber are not those of the call."""
        if event_type and self.event_type != event_type:
            raise SubscriptionInvalid(fields={"eventType": "must be the event type of the address"})
        if subscriber and self.subscriber_id not in {None, ApplicationId.of(subscriber)}:
            raise SubscriptionInvalid(fields={"subscriberId": "must be the calling application"})
        retry = self.options.retry or Retry()
        return Wish(
            self.delivery,
            self.options.ttl,
            self.options.fifo,
            self.endpoint.service,
            self.endpoint.path,
            retry.attempts,
            retry.first_seconds,
            retry.factor,
            retry.longest_seconds,
        )

    @classmethod
    def of(cls, one: Subscription) -> SubscriptionItem:
        """Return a subscription as it is read."""
        own = (one.retry_attempts, one.retry_first_seconds, one.retry_factor, one.retry_longest_seconds)
        retry = Retry(*own) if any(own) else None
        return cls(
            one.event_type,
            one.id,
            ApplicationId.of(one.subscriber),
            one.mode,
            Options(one.ttl_seconds, one.fifo, retry),
            Endpoint(one.service_code, one.path) if one.mode is Mode.PUSH else Endpoint(),
        )


class SubscriptionAnswer(SubscriptionItem, frozen=True, rename="camel", omit_defaults=True):
    """A subscription as the room's manager sees it."""

    created_at: str = ""
    changed_at: str = ""

    @classmethod
    def of(cls, one: Subscription) -> SubscriptionAnswer:
        """Return a subscription as it is listed."""
        shown = msgspec.structs.asdict(SubscriptionItem.of(one))
        return cls(**shown, created_at=one.created_at, changed_at=one.changed_at)


class SubscriptionList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of subscriptions."""

    subscriptions: list[SubscriptionAnswer]
    next_page_token: str = ""


class SubscriptionQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which subscriptions to list: by event type, subscriber (INSTANCE/CLASS/MEMBER/APPLICATION) or delivery."""

    event_type: str = ""
    subscriber: str = ""
    delivery: Literal["", "PUSH", "PULL"] = ""
    page_size: int | None = None
    next_page_token: str = ""
