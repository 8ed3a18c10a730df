"""Refusals about signatures."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class BadSignature(BadRequest):
    """The signature does not fit what was to be signed."""

    code = "bad-signature"
    title = "The signature does not fit. Sign the payload exactly as this block gave it."


class SignedAlready(BadRequest):
    """One person does not stand for two."""

    code = "signed-already"
    title = "This person, or this key, has signed already. Somebody else must sign, with a key of their own."
