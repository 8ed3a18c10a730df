"""Wire shapes of tools."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.pillars.learn.learning.platforms.model import Card, Link, LinkCard, Tool


class ToolShown(msgspec.Struct, frozen=True, rename="camel"):
    """A tool, and what its operator enters there: issuer, client id, and the addresses of the platform."""

    id: str
    client_id: str
    card: Card
    retired: bool
    issuer: str
    authorisation_url: str
    keys_url: str
    token_url: str

    @classmethod
    def of(cls, tool: Tool, public_url: str) -> ToolShown:
        """Return a tool as it is shown."""
        api = f"{public_url}/api/v1/lti"
        addresses = (public_url, f"{public_url}/tools/authorise", f"{api}/keys", f"{api}/token")
        return cls(tool.id, tool.client_id, tool.card, tool.retired, *addresses)


class ToolList(msgspec.Struct, frozen=True):
    """Tools."""

    tools: list[ToolShown]


class LinkShown(msgspec.Struct, frozen=True):
    """A link to what a tool offers."""

    id: str
    card: LinkCard

    @classmethod
    def of(cls, link: Link) -> LinkShown:
        """Return a link as it is shown."""
        return cls(link.id, link.card)


class LinkList(msgspec.Struct, frozen=True):
    """Links."""

    links: list[LinkShown]


class ToolOpened(msgspec.Struct, frozen=True):
    """Where the learner's browser goes."""

    url: str


class KeySet(msgspec.Struct, frozen=True):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, Any]]


class Rotated(msgspec.Struct, frozen=True, rename="camel"):
    """The key that signs now."""

    key_id: str
