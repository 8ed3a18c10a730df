"""Refusals about signatures."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class BadSignature(BadRequest):
    """The signature does not fit what was to be signed."""

    code = "bad-signature"
    title = "The signature does not fit. Sign the payload exactly as this block gave it."


class NotVerifiable(BadRequest):
    """A signature that nobody can check cannot stand for a person whose signature is needed."""

    code = "signature-not-verifiable"
    title = "This agreement needs signatures that can be checked here. Sign with verificationMethod jws, or signed in."


class SignedAlready(BadRequest):
    """One person does not stand for two."""

    code = "signed-already"
    title = "This person, or this key, has signed already. Somebody else must sign, with a key of their own."
