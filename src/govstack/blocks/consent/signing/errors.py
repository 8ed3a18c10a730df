"""Refusals about signatures."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class BadSignature(BadRequest):
    """The signature does not fit what was to be signed."""

    code = "bad-signature"
    title = "The signature does not fit. Sign the payload exactly as this block gave it."
