"""The published shape of an answer."""

from __future__ import annotations

import base64
import binascii

import msgspec

from govstack.blocks.messaging.replies.errors import ReplyInvalid


class CallbackContent(msgspec.Struct, frozen=True):
    """An answer: facts about it, and its content in base64, which nobody here interprets."""

    meta: str | None = None
    content: str | None = None

    @property
    def checked(self) -> CallbackContent:
        """Return the answer; raises ReplyInvalid for one without content that can be read."""
        if not self.raw:
            raise ReplyInvalid(fields={"content": "must be given in base64"})
        return self

    @property
    def raw(self) -> bytes:
        """Return the content itself; nothing when it cannot be read."""
        try:
            return base64.b64decode("".join((self.content or "").split()), validate=True)
        except (binascii.Error, ValueError):
            return b""
