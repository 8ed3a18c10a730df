"""The shapes of people's own messages."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.notices.model import Kept


class MessagesQuery(msgspec.Struct, frozen=True):
    """Where the list goes on: the number of the last message that was seen."""

    before: int = 0


class MessageHead(msgspec.Struct, frozen=True, rename="camel"):
    """A message in the list, without what it says."""

    message_uid: str
    number: int
    received_at: str
    sender: str
    title: str
    urgent: bool


class Message(MessageHead, frozen=True, rename="camel"):
    """A message with what it says."""

    content: str


def head_of(kept: Kept) -> MessageHead:
    """Return a message for the list."""
    notice = kept.notice
    return MessageHead(kept.id, kept.number, kept.received_at, notice.sender, notice.title, notice.urgent)


def message_of(kept: Kept) -> Message:
    """Return a message as a whole."""
    notice = kept.notice
    return Message(kept.id, kept.number, kept.received_at, notice.sender, notice.title, notice.urgent, notice.content)
