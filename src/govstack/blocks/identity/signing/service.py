"""Sign and verify with the block's key for credentials (ES256); the public half stands among the published keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from govstack.blocks.identity.signing.errors import NotSignedHere
from govstack.blocks.identity.signing.model import (
    CODE_CHARACTERS_MAX,
    DOCUMENT_CHARACTERS_MAX,
    REFERENCE_BYTES,
    SIGNATURE_BYTES,
    VC_TYPE,
    Document,
    verifiable,
)
from govstack.kernel import clock, crypto
from govstack.kernel.context import Context

# The purpose of the key; `context.keys.public_keys(CREDENTIALS)` are those that anybody verifies with.
CREDENTIALS = "credentials"
KEY_MEMORY = "identity.signing.key"
_CODE = b"govstack identity card\n"


def packed(context: Context, document: Document) -> str:
    """Return a verifiable credential as a signed JWT."""
    content = {
        **verifiable(document, issuer=context.public_url),
        "iss": context.public_url,
        "jti": f"urn:uuid:{document.id}",
        "iat": int(clock.parse(document.since).timestamp()),
        "exp": int(clock.parse(document.until).timestamp()),
    }
    key = context.keys.signing_key(CREDENTIALS)
    jwk: ECKey | None = context.memory.get(KEY_MEMORY)
    if jwk is None or jwk.kid != key.kid:
        jwk = context.memory[KEY_MEMORY] = crypto.private_jwk(key)
    return jwt.encode({"alg": "ES256", "typ": VC_TYPE, "kid": key.kid}, content, jwk, algorithms=["ES256"])


def verified(context: Context, text: str) -> Mapping[str, Any]:
    """Return what a credential says that this block signed, also after its time is over; raises NotSignedHere."""
    if len(text) > DOCUMENT_CHARACTERS_MAX:
        raise NotSignedHere
    keys = KeySet.import_key_set({"keys": context.keys.public_keys(CREDENTIALS)})  # type: ignore[typeddict-item]
    try:
        token = crypto.signed_token(text, keys, algorithms=["ES256"])
        ours = token.claims["iss"] == context.public_url and token.header.get("typ") == VC_TYPE
    except (ValueError, KeyError) as error:
        raise NotSignedHere from error
    if not ours:
        raise NotSignedHere
    return token.claims


def code(context: Context, reference: str) -> str:
    """Return what stands in the code on a card: a reference that says nothing, and the block's signature over it."""
    plain = crypto.from_base64url(reference)
    return crypto.to_base64url(plain + context.keys.signing_key(CREDENTIALS).sign(_CODE + plain))


def reference(context: Context, text: str) -> str:
    """Return the reference in a code that this block signed; raises NotSignedHere."""
    try:
        plain = crypto.from_base64url(text) if len(text) <= CODE_CHARACTERS_MAX and text.isascii() else b""
    except ValueError:
        plain = b""
    if len(plain) != REFERENCE_BYTES + SIGNATURE_BYTES:
        raise NotSignedHere
    named, signature = plain[:REFERENCE_BYTES], plain[REFERENCE_BYTES:]
    if not any(crypto.verify(key, signature, _CODE + named) for key in context.keys.public_keys(CREDENTIALS)):
        raise NotSignedHere
    return crypto.to_base64url(named)
