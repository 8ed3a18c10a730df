"""Wire shapes of notices."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.evidence.schemas import Limit, Offset
from govstack.blocks.consent.notices.model import JSON, SECRET_CHARACTERS_MAX, Address, Webhook


class WebhookGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A webhook as it is sent; its `id` is not read, for ids are ours to give."""

    id: str | int = ""
    payload_url: Address
    content_type: str = JSON
    disabled: bool = False
    secret_key: Annotated[str, Meta(max_length=SECRET_CHARACTERS_MAX)] = ""

    def webhook(self) -> Webhook:
        """Return the webhook, without id and secret."""
        return Webhook(id="", payload_url=self.payload_url, content_type=self.content_type, disabled=self.disabled)


class WebhookRequest(msgspec.Struct, frozen=True):
    """A webhook to register or change."""

    webhook: WebhookGiven


class WebhookAnswer(msgspec.Struct, frozen=True):
    """A webhook; its secret is never shown."""

    webhook: Webhook


class WebhookList(msgspec.Struct, frozen=True):
    """Webhooks."""

    webhooks: list[Webhook]


class WebhooksQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which part of the list; webhooks have no revisions, so revisionId is not read."""

    revision_id: str = ""
    offset: Offset | None = None
    limit: Limit | None = None


class Switch(msgspec.Struct, frozen=True):
    """Whether notices are sent."""

    enabled: bool


class Nothing(msgspec.Struct, frozen=True):
    """An empty object."""
