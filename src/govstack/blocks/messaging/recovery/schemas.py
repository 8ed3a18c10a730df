"""The shapes of extending and sending again."""

from __future__ import annotations

from datetime import datetime

import msgspec

from govstack.blocks.messaging.recovery.model import Request


class Resent(msgspec.Struct, frozen=True, rename="camel"):
    """How many messages of a request are sent again; none when nothing had failed for good."""

    request_uid: str
    messages: int


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when messages are tried: a moment with its time zone."""

    until: datetime


class EndShape(msgspec.Struct, frozen=True, rename="camel"):
    """Until when the messages of a request are tried."""

    request_uid: str
    until: str


def shape(found: Request) -> EndShape:
    """Return until when the messages of a request are tried."""
    return EndShape(found.id, found.until)
