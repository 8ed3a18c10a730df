"""What taking in answers refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class ReplyInvalid(BadRequest):
    """An answer has no content, or content that cannot be read."""

    title = "The answer cannot be passed on as it is. Send content in base64, and the facts about it in meta."
